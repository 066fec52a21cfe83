"""A supplier's names for columns: applied, offered, and told beside ours."""

from collections.abc import Mapping

import pytest

from dataset.ingest.findings import error
from dataset.ingest.reading import read_table
from dataset.ingest.renaming import Offer, may_be_remembered, name_both, offer_names, rename_columns
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_csv, referral_lines

REFERRALS = RETURN_TYPES["referrals"]
NAMES = {"dateofcontact": "referral_date", "clientno": "child_id"}


def offered(renamed: Mapping[str, str]) -> Offer:
    lines = [{renamed.get(name, name): cell for name, cell in line.items()} for line in referral_lines(3)]
    table = read_table(a_csv(lines, list(lines[0])), [column.name for column in REFERRALS.columns])
    return offer_names(table, REFERRALS, QUARTER)


def test_their_names_are_read_as_ours_however_they_are_written() -> None:
    header, renamed = rename_columns(("DATE-of contact", "source"), NAMES, REFERRALS)
    assert header == ("referral_date", "source")
    assert renamed == {"referral_date": "DATE-of contact"}


def test_a_column_under_our_own_name_stays_the_one_that_is_read() -> None:
    header = ("Date of contact", "referral_date")
    assert rename_columns(header, NAMES, REFERRALS) == (header, {})


def test_of_two_names_for_one_column_the_first_is_read() -> None:
    header, renamed = rename_columns(("First", "Second"), {"first": "age", "second": "age"}, REFERRALS)
    assert (header, renamed) == (("age", "Second"), {"age": "First"})


def test_a_name_for_a_column_that_the_return_has_no_more_is_passed_over() -> None:
    assert rename_columns(("Old",), {"old": "gone"}, REFERRALS) == (("Old",), {})


def test_each_missing_column_is_offered_the_unmatched_names() -> None:
    offer = offered({"outcome": "Result of it", "gender": "genders"})
    assert [(one.column.name, one.suggested) for one in offer.missing] == [
        ("gender", "genders"),
        ("outcome", "Result of it"),
    ]
    assert offer.names == ("genders", "Result of it")


def test_two_columns_whose_cells_both_fit_are_not_guessed_between() -> None:
    offer = offered({"referral_date": "When seen", "decision_date": "When it ended"})
    assert [(one.column.name, one.suggested) for one in offer.missing] == [("referral_date", "")]


@pytest.mark.parametrize(
    "name", ["NHS number", "Date of birth", "Jane Smith", "Surname", "x" * 61, " - ", "Referral ID"]
)
def test_what_may_identify_a_person_or_is_ours_is_neither_offered_nor_remembered(name: str) -> None:
    assert not may_be_remembered(name, REFERRALS)
    assert name not in offered({"outcome": name}).names


def test_nothing_is_offered_where_nothing_is_missing() -> None:
    assert not offered({})


def test_a_finding_names_our_column_and_theirs() -> None:
    found = error("not_a_date", "“spring” in referral_date is not a date.", line=3, column="referral_date")
    (told,) = name_both([found], {"referral_date": "Date of contact"})
    assert told.message == "“spring” in referral_date (your “Date of contact”) is not a date."
    assert (told.column, told.line) == ("referral_date", 3)


def test_a_message_that_does_not_speak_of_the_column_gets_a_sentence() -> None:
    (told,) = name_both([error("blank", "Blank.", column="age")], {"age": "Years"})
    assert told.message == "Blank. This is your column “Years”."
