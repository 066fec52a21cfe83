"""What the database keeps of a file whose name, headers or cells could give a person away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from dataset.ingest.storing import accept_return, receive_file
from dataset.models import QuarterlyReturn
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, REFERRAL_COLUMNS, a_csv, a_standing_board, an_agency, referral_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def accepted(file_name: str, content: bytes | None = None) -> QuarterlyReturn:
    receipt = receive_file(
        content=a_csv(referral_lines(3)) if content is None else content,
        file_name=file_name,
        return_type=RETURN_TYPES["referrals"],
        supplier=an_agency("CSC"),
        quarter=QUARTER,
        by=None,
    )
    assert receipt.candidate, receipt.errors
    return accept_return(candidate=receipt.candidate, by=None)


def everything_stored() -> str:
    """Every cell of every table."""
    return "\n".join(repr(row) for model in apps.get_models() for row in model._default_manager.values_list())


@pytest.mark.parametrize(
    ("file_name", "kept"),
    [
        ("Jane Smith NHS 9434765919.csv", "referrals.csv"),
        ("9434765919.TXT", "referrals.txt"),
        ("943 476 5919", "referrals.csv"),
        ("return.9434765919", "referrals.csv"),
        ("C:\\Jane Smith\\CSC referrals.csv", "CSC referrals.csv"),
        ("Referrals Q4 2016-17.csv", "Referrals Q4 2016-17.csv"),
    ],
)
def test_a_file_name_is_kept_only_where_it_names_nobody(file_name: str, kept: str) -> None:
    assert accepted(file_name).file_name == kept
    stored = everything_stored()
    assert kept in stored
    assert not [text for text in ("9434765919", "943 476 5919", "Jane Smith") if text in stored]


def test_nothing_of_an_unknown_column_or_locality_is_in_the_database() -> None:
    lines = [{**line, "Zoltan Kovac": "x"} for line in referral_lines(3)]
    lines[0]["locality"], lines[1]["locality"] = "Jane Smith", "Salisbry"
    version = accepted("referrals.csv", a_csv(lines, (*REFERRAL_COLUMNS, "Zoltan Kovac")))
    assert sorted(version.findings.values_list("code", flat=True)) == ["unknown_column"] + ["unknown_locality"] * 2
    stored = everything_stored()
    assert not [text for text in ("Kovac", "Jane", "Smith") if text in stored]
    found = version.figures.filter(item="referrals_received", breakdown="locality")
    assert dict(found.values_list("category", "value")) == {"unknown": 2, "Salisbury": 1}


def test_what_is_known_is_counted_for_each_category() -> None:
    """Of two without a decision date one has a known locality: each category knows its own, and they add up."""
    lines = referral_lines(5)
    lines[0] |= {"decision_date": ""}
    lines[1] |= {"decision_date": "", "locality": ""}
    lines[2] |= {"locality": ""}
    figures = accepted("referrals.csv", a_csv(lines)).figures.filter(item="referrals_decided_in_one_day")
    split = figures.filter(breakdown="locality")
    assert {figure.category: (figure.value, figure.known) for figure in split} == {
        "Salisbury": (2, 2),
        "unknown": (1, 1),
    }
    assert figures.get(breakdown="").known == 3
