from datetime import date, timedelta

import pytest
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import example, given
from hypothesis import strategies as st

from dataset.definitions import Code, Column, ColumnKind
from dataset.ingest.cells import LABEL_LENGTH, LABEL_LENGTHS, LARGEST_NUMBER, read_texts
from dataset.ingest.dates import parse_date
from dataset.ingest.faults import Fault
from dataset.ingest.identifiers import normalise, normalise_all
from dataset.models import RECORD_MODELS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 3)


def column(kind: ColumnKind, **facts: object) -> Column:
    return Column("the_column", kind, "What it is.", "example", ("check: none",), **facts)  # type: ignore[arg-type]


def read(text: str, of: Column) -> object:
    values, faults = read_texts([text], of, QUARTER)
    return faults[0].code if faults else values[0]


DAYS = st.dates(date(1985, 1, 1), date(2018, 3, 31))


@given(
    DAYS, st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%b-%Y", "%d %B %Y", "%d %b %Y 00:00:00"])
)
def test_every_way_of_writing_a_date_gives_the_day(day: date, form: str) -> None:
    read_back = parse_date(day.strftime(form))
    assert read_back == day


@given(DAYS)
def test_a_serial_number_is_the_day_that_a_spreadsheet_shows(day: date) -> None:
    assert parse_date(str((day - date(1899, 12, 30)).days)) == day


@given(DAYS.filter(lambda day: day.day > 12))
def test_a_date_that_can_only_be_month_first_is_told(day: date) -> None:
    fault = parse_date(day.strftime("%m/%d/%Y"))
    assert isinstance(fault, Fault)
    assert fault.code == "month_first_dates"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/04/2016", "not_a_date"),
        ("29/02/2015", "not_a_date"),
        ("13/13/2016", "not_a_date"),
        ("32/01/2016", "not_a_date"),
        ("3/4", "not_a_date"),
        ("25568", "not_a_date"),
        ("60001", "not_a_date"),
        ("1 Foo 2016", "not_a_date"),
        ("03/10/16", "two_digit_year"),
        ("3-Oct-16", "two_digit_year"),
        ("03/10/2016 09:15", "date_with_time"),
        ("42646.5", "date_with_time"),
        ("31/12/1984", "date_out_of_range"),
        ("01/04/2018", "date_out_of_range"),
    ],
)
def test_a_date_that_cannot_be_trusted_is_refused(text: str, code: str) -> None:
    assert read(text, column(ColumnKind.DATE)) == code


@pytest.mark.parametrize(("text", "first", "last"), [("in", QUARTER.start, QUARTER.end)])
def test_a_date_of_the_quarter_is_its_first_to_its_last_day(text: str, first: date, last: date) -> None:
    in_quarter = column(ColumnKind.DATE, in_quarter=True)
    for day in (first, last):
        assert read(day.isoformat(), in_quarter) == day
    for day in (first - timedelta(1), last + timedelta(1)):
        assert read(day.isoformat(), in_quarter) == "not_in_quarter"


@pytest.mark.parametrize(
    ("text", "value"), [(t, True) for t in ("Y", "yes", "TRUE", "1")] + [(t, False) for t in ("N", "No", "false", "0")]
)
def test_yes_and_no(text: str, value: bool) -> None:
    assert read(text, column(ColumnKind.YES_NO)) is value


@given(st.integers(-(10**8), 10**8))
def test_a_whole_number_with_or_without_commas(number: int) -> None:
    whole = column(ColumnKind.INTEGER)
    assert read(str(number), whole) == read(f"{number:,}", whole) == read(f"{number}.0", whole) == number


@pytest.mark.parametrize("text", ["1,00", "1 2,3", "12,34,567", "1.5", "1e3", "½", "--1", ".", "9" * 30])
def test_what_is_no_whole_number(text: str) -> None:
    assert read(text, column(ColumnKind.INTEGER)) in ("not_a_number", "not_a_whole_number", "too_large")


def test_bounds_are_inclusive() -> None:
    age = column(ColumnKind.INTEGER, minimum=-1, maximum=25)
    assert [read(text, age) for text in ("-2", "-1", "−1", "25", "26")] == ["too_small", -1, -1, 25, "too_large"]


def test_a_number_keeps_its_decimals() -> None:
    assert read("1,234.5", column(ColumnKind.NUMBER)) == 1234.5


CODES = (Code("1A", "Family member", ("relative",)), Code("6", "Police"), Code("24A", "Later", first_year=2018))


@pytest.mark.parametrize("text", ["1a", "FAMILY MEMBER", "family-member", "family_member", "Relative"])
def test_a_code_by_its_value_its_words_or_another_name(text: str) -> None:
    assert read(text, column(ColumnKind.CODE, codes=CODES)) == "1A"


def test_a_code_that_a_spreadsheet_made_a_decimal() -> None:
    assert read("6.0", column(ColumnKind.CODE, codes=CODES)) == "6"


def test_an_unknown_code_names_the_nearest() -> None:
    _, faults = read_texts(["Famly member"], column(ColumnKind.CODE, codes=CODES), QUARTER)
    assert "Did you mean 1A (Family member)?" in faults[0].says


def test_several_codes_are_kept_once_each() -> None:
    several = column(ColumnKind.CODES, codes=CODES)
    assert read("6, 1a;6", several) == "6 1A"
    assert read("family member", several) == "1A"
    assert read("6 24A", several) == "code_not_in_force"
    assert read("6 99", several) == "unknown_code"


def test_a_blank_is_missing_only_where_it_may_be() -> None:
    assert read("", column(ColumnKind.DATE, may_be_blank=True)) is None
    assert read("", column(ColumnKind.DATE)) == "blank"


@pytest.mark.parametrize(
    "text", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "######"]
)
@pytest.mark.parametrize("kind", list(ColumnKind))
def test_an_error_of_the_spreadsheet_is_never_a_blank_or_a_value(text: str, kind: ColumnKind) -> None:
    assert read(text, column(kind, may_be_blank=True)) == "error_cell"


@pytest.mark.parametrize("text", ["Unknown", "n/a", "NULL", "-", "0", "000", "0.0", "not known"])
def test_a_word_for_none_is_no_identifier(text: str) -> None:
    assert read(text, column(ColumnKind.IDENTIFIER)) == "unusable_identifier"


def test_odd_identifiers_are_found_among_many() -> None:
    texts = ["C1", "unknown", "C2", "1.2E+11", "", "#N/A", "00C3"]
    values, faults = read_texts(texts, column(ColumnKind.IDENTIFIER), QUARTER)
    assert {place: fault.code for place, fault in faults.items()} == {
        1: "unusable_identifier",
        3: "rounded_identifier",
        4: "blank",
        5: "error_cell",
    }
    assert [values[place] for place in (0, 2, 6)] == ["C1", "C2", "00C3"]


def test_a_label_is_bounded() -> None:
    assert read("x" * 120, column(ColumnKind.LABEL)) == "x" * 120
    assert read("x" * 121, column(ColumnKind.LABEL)) == "too_long"


STORED = [
    (column, RECORD_MODELS[return_type.code]._meta.get_field(column.name))
    for return_type in RETURN_TYPES.values()
    for column in return_type.columns
    if return_type.table and column.name not in ("local_authority", "meeting_date")
]


@pytest.mark.parametrize(("column", "field"), STORED, ids=lambda part: getattr(part, "name", ""))
def test_what_is_accepted_fits_the_field_that_stores_it(column: Column, field: models.Field) -> None:
    if column.kind is ColumnKind.LABEL:
        assert LABEL_LENGTHS.get(column.name, LABEL_LENGTH) <= (field.max_length or 0)
    if column.kind is ColumnKind.CODE:
        assert max(len(code.value) for code in column.codes) <= (field.max_length or 0)
    if column.kind is ColumnKind.INTEGER:
        lowest, highest = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
        assert lowest <= (column.minimum or 0)
        assert (LARGEST_NUMBER if column.maximum is None else column.maximum) <= highest


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("00417", "417"),
        ("417.0", "417"),
        ("000", "0"),
        (" c12a ", "C12A"),
        ("0C1", "0C1"),
        ("ﬁ１", "FI1"),
        ("1.50", "1.50"),
    ],
)
def test_identifiers_are_compared_in_one_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6), min_size=1))
@example(["C1", "c\n2", "03"])
def test_normalising_all_at_once_is_normalising_each(texts: list[str]) -> None:
    assert normalise_all(texts) == [normalise(text) for text in texts]
