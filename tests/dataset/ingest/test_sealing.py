"""A sealed file is opened by whoever has the secret, for the row that it was sealed for, unchanged; by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.ingest.sealing import SealBroken, seal, unseal

CONTENT = b"referral_id,child_id\nR1,C1\n"


@given(st.binary(max_size=2_000), st.text(min_size=1), st.text(min_size=1))
def test_what_was_sealed_is_opened_as_it_was(content: bytes, secret: str, row: str) -> None:
    assert unseal(seal(content, secret=secret, row=row), secret=secret, row=row) == content


def test_the_same_file_is_never_sealed_alike() -> None:
    assert seal(CONTENT, secret="s", row="1") != seal(CONTENT, secret="s", row="1")


@pytest.mark.parametrize(("secret", "row"), [("another", "1"), ("s", "2")])
def test_another_secret_or_another_row_opens_nothing(secret: str, row: str) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(CONTENT, secret="s", row="1"), secret=secret, row=row)


@given(st.integers(min_value=0, max_value=len(CONTENT) + 27), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_found(place: int, change: int) -> None:
    sealed = bytearray(seal(CONTENT, secret="s", row="1"))
    sealed[place] ^= change
    with pytest.raises(SealBroken):
        unseal(bytes(sealed), secret="s", row="1")


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_bytes_cut_short_open_nothing(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(CONTENT, secret="s", row="1")[:length], secret="s", row="1")
