"""What a supplier's system calls a column is remembered, applied by every door, and forgotten."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Event, User
from accounts.roles import Role
from dataset.ingest.mapping import NameRefused, forget_name, remember_names, remembered_names
from dataset.models import ColumnMapping, Referral
from dataset.returns import RETURN_TYPES
from tests.builders import a_csv, a_receipt, a_standing_board, a_user, an_agency, referral_lines

pytestmark = pytest.mark.django_db
REFERRALS = RETURN_TYPES["referrals"]
CONTACT = {"referral_date": "Date of contact"}


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officer() -> User:
    return a_user(Role.DATA_OFFICER, "CSC")


def remember(by: User, theirs_of: dict[str, str], supplier: str = "CSC") -> list[ColumnMapping]:
    return remember_names(supplier=an_agency(supplier), return_type=REFERRALS, theirs_of=theirs_of, by=by)


def named(renamed: dict[str, str], **cells: str) -> bytes:
    """Referrals with some columns named otherwise, and these cells in the second row."""
    lines = referral_lines(3)
    lines[1].update(cells)
    return a_csv(
        [{renamed.get(name, name): cell for name, cell in line.items()} for line in lines],
        [renamed.get(name, name) for name in lines[0]],
    )


def test_a_file_of_other_names_is_refused_until_they_are_remembered(officer: User) -> None:
    refused = a_receipt(named(CONTACT))
    assert [one.code for one in refused.errors] == ["missing_column"]
    assert refused.offer.names == ("Date of contact",)
    remember(officer, CONTACT)
    taken = a_receipt(named(CONTACT))
    assert taken.candidate is not None and not taken.findings
    assert taken.candidate.read_as["renamed"] == CONTACT
    assert Referral.objects.filter(quarterly_return=taken.candidate).count() == 3
    event = Event.objects.get(verb="columns.remembered")
    assert (event.actor, event.detail) == (officer, {"type": "referrals", "columns": ["referral_date"]})


def test_their_names_are_enough_to_find_the_header(officer: User) -> None:
    theirs = {name: f"Field {name[::-1]}" for name in referral_lines(1)[0]}
    remember(officer, theirs)
    assert a_receipt(b"Export\n\n" + named(theirs)).candidate is not None


def test_findings_name_our_column_and_theirs(officer: User) -> None:
    remember(officer, CONTACT)
    (found,) = a_receipt(named(CONTACT, referral_date="31/02/2017")).errors
    assert (found.line, found.column) == (3, "referral_date")
    assert "referral_date (your “Date of contact”)" in found.message


def test_our_own_name_wins_where_both_are_there(officer: User) -> None:
    remember(officer, CONTACT)
    lines = [{"Date of contact": "01/01/1999", **line} for line in referral_lines(3)]
    receipt = a_receipt(a_csv(lines, list(lines[0])))
    assert receipt.candidate is not None and receipt.candidate.read_as["renamed"] == {}
    assert not Referral.objects.filter(referral_date__year=1999).exists()


def test_the_names_are_those_of_one_supplier_and_one_return(officer: User) -> None:
    remember(officer, CONTACT, supplier="POL")
    remember_names(
        supplier=an_agency("CSC"), return_type=RETURN_TYPES["assessments"], theirs_of={"start_date": "Date of contact"},
        by=officer,
    )  # fmt: skip
    assert a_receipt(named(CONTACT)).candidate is None


def test_the_command_line_takes_the_same_names(officer: User, tmp_path: Path) -> None:
    remember(officer, CONTACT)
    file = tmp_path / "export.csv"
    file.write_bytes(named(CONTACT))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "load_return", str(file), "--type", "referrals", "--agency", "CSC", "--quarter", "2016-17 Q4", "--json",
            stdout=out,
        )  # fmt: skip
    assert (ended.value.code, json.loads(out.getvalue())["accepted"]) == (0, True)


@pytest.mark.parametrize(
    "theirs_of",
    [
        {},
        {"nothing_of_ours": "Date of contact"},
        {"referral_date": "NHS number"},
        {"referral_date": "Jane Smith"},
        {"referral_date": "source"},
        {"referral_date": "Contact", "decision_date": "contact"},
    ],
)
def test_what_may_not_be_remembered_is_refused_and_nothing_is_kept(theirs_of: dict[str, Any], officer: User) -> None:
    with pytest.raises(NameRefused) as refused:
        remember(officer, theirs_of)
    assert "Jane" not in str(refused.value)
    assert not ColumnMapping.objects.exists()
    assert not Event.objects.filter(verb="columns.remembered").exists()


def test_a_name_that_is_remembered_anew_moves(officer: User) -> None:
    remember(officer, CONTACT)
    remember(officer, {"decision_date": "date_of_contact"})
    assert [(one.ours, one.theirs_as_written) for one in ColumnMapping.objects.all()] == [
        ("decision_date", "date_of_contact")
    ]


def test_a_name_is_forgotten_once(officer: User) -> None:
    remember(officer, CONTACT)
    supplier = an_agency("CSC")
    forgotten = forget_name(supplier=supplier, return_type=REFERRALS, theirs="DATE OF CONTACT", by=officer)
    assert forgotten is not None and forgotten.ours == "referral_date"
    assert forget_name(supplier=supplier, return_type=REFERRALS, theirs="Date of contact", by=officer) is None
    assert remembered_names(supplier, REFERRALS) == []
    assert Event.objects.filter(verb="columns.forgotten").count() == 1
