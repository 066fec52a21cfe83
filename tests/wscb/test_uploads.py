"""Uploads never touch the disk."""

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory
from pytest_django import Settings


def uploaded(content: bytes) -> InMemoryUploadedFile:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("return.csv", content, "text/csv")})
    return request.FILES["file"]


def test_a_file_stays_in_memory_whole() -> None:
    content = b"referral_id\n" + b"12345\n" * 500_000
    file = uploaded(content)
    assert isinstance(file, InMemoryUploadedFile)
    assert (file.name, file.size, file.read()) == ("return.csv", len(content), content)


@pytest.mark.parametrize(("length", "kept"), [(100_000, 100_000), (100_001, 0), (500_000, 0)])
def test_a_longer_file_tells_its_size_and_nothing_else(settings: Settings, length: int, kept: int) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    file = uploaded(b"x" * length)
    assert (file.size, len(file.read())) == (length, kept)
