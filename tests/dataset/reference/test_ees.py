import random

import pytest

from dataset.ingest.formats import Limits
from dataset.periods import FinancialYear
from dataset.reference.ees import read_ees
from dataset.reference.published import FileRefused, PublishedFile
from tests.dataset.reference.publications import ENGLAND_ROW, OUR_ROW, SLICE, a_published_file

LIMITS = Limits(columns=600)


def read(content: bytes) -> PublishedFile:
    return read_ees(content, LIMITS)


def values(file: PublishedFile, indicator: str, code: str = "E06000054") -> dict[FinancialYear, str]:
    return {row.year: text for row, text in file.indicators[indicator].cells() if row.place.code == code}


def refused(content: bytes) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        read(content)
    return [finding.message for finding in caught.value.findings]


def test_a_real_file_is_read_without_being_touched() -> None:
    file = read(SLICE.read_bytes())
    assert list(file.indicators)[:3] == ["referral_count", "rereferral_count", "rereferral_percent"]
    assert len(file.indicators) == 10
    assert file.filters == {"category": ("Referrals and Re-referrals",)}
    assert values(file, "rereferral_percent") == {
        FinancialYear(2024): "18.7", FinancialYear(2016): "18.8", FinancialYear(2015): "19.1"
    }  # fmt: skip
    assert values(file, "referral_count", "E92000001")[FinancialYear(2016)] == "646120"
    assert file.notes == ()


def test_the_columns_may_come_in_any_order() -> None:
    content = SLICE.read_bytes()
    rows = [line.split(",") for line in content.decode().splitlines() if '"' not in line]
    order = list(range(len(rows[0])))
    random.Random(3).shuffle(order)
    shuffled = "\n".join(",".join(row[one] for one in order) for row in rows).encode()
    first, second = read(content), read(shuffled)
    assert {name: values(first, name) for name in first.indicators} == {
        name: values(second, name) for name in second.indicators
    }
    assert first.filters == second.filters


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_byte_order_mark_or_another_encoding_changes_nothing(encoding: str) -> None:
    row = OUR_ROW | {"category": "Réferrals"}
    file = read(a_published_file(ENGLAND_ROW, row).decode().encode(encoding))
    assert values(file, "rereferral_percent") == {FinancialYear(2016): "18.8"}
    assert file.filters["category"] == ("Referrals", "Réferrals")


def test_line_numbers_are_the_spreadsheet_s() -> None:
    file = read(a_published_file())
    assert [row.line for row, _ in file.indicators["rereferral_percent"].cells()] == [2, 3]


def test_a_column_of_marks_alone_is_an_indicator_and_of_words_a_filter() -> None:
    file = read(a_published_file(OUR_ROW | {"hidden": "c", "gender": "Total"}))
    assert "hidden" in file.indicators
    assert "gender" in file.filters


def test_a_filter_of_figures_such_as_ages_is_found_by_the_rows_that_repeat_without_it() -> None:
    before = {name: OUR_ROW[name] for name in list(OUR_ROW)[:-1]}
    rows = [before | {"age": str(age), "rereferral_percent": str(20 + age)} for age in (0, 1, 2)]
    file = read(a_published_file(*rows))
    assert file.filters["age"] == ("0", "1", "2")
    assert list(file.indicators) == ["rereferral_percent"]


def test_rows_of_other_places_are_left_out_and_counted() -> None:
    district = OUR_ROW | {"geographic_level": "Local authority district", "lad_code": "E07000001", "lad_name": "Here"}
    file = read(a_published_file(district, OUR_ROW | {"lad_code": "", "lad_name": ""}))
    assert len(file.indicators["rereferral_percent"].rows) == 1
    assert file.notes[0].message == "Rows of other places are left out: Local authority district (1)."
    assert not {"lad_code", "lad_name"} & (file.filters.keys() | file.indicators.keys())


def test_rows_of_another_kind_of_year_are_left_out_with_their_line() -> None:
    file = read(a_published_file(OUR_ROW, OUR_ROW | {"time_period": "201617", "time_identifier": "Academic year"}))
    assert len(file.indicators["rereferral_percent"].rows) == 1
    (note,) = file.notes
    assert (note.line, note.column, note.found) == (3, "time_period", "201617")
    assert "academic year" in note.message


def test_a_file_of_academic_years_alone_is_refused() -> None:
    (message,) = refused(a_published_file(OUR_ROW | {"time_period": "201617", "time_identifier": "Academic year"}))
    assert "September to August" in message


def test_calendar_years_are_read_as_to_march_and_one_is_told_so() -> None:
    file = read(a_published_file(OUR_ROW | {"time_identifier": "Calendar year"}))
    assert values(file, "rereferral_percent") == {FinancialYear(2016): "18.8"}
    assert "read as years to 31 March" in file.notes[0].message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "not a data file of explore education statistics"),
        (b"%PDF-1.4", "PDF document"),
        (a_published_file(columns=list(ENGLAND_ROW)).splitlines()[0], "column names and no rows"),
        (a_published_file({"time_period": "2017", "geographic_level": "National", "a": "1"}), "lacks time_identifier"),
        (
            a_published_file(
                {"time_period": "2017", "time_identifier": "March", "geographic_level": "National", "a": "1"}
            ),
            "lacks country_code or new_la_code",
        ),
        (a_published_file(OUR_ROW | {"geographic_level": "School"}), "geographic_level holds School"),
        (a_published_file({k: v for k, v in OUR_ROW.items() if k != "rereferral_percent"}), "no column of numbers"),
        (a_published_file(OUR_ROW) + a_published_file(OUR_ROW), "The column names stand again"),
        (a_published_file(OUR_ROW | {"la_name": "W" * 3000}), "longer than any published figure"),
        (a_published_file(OUR_ROW) + b"2017,Reporting year\n", "Line 3 has fewer cells"),
        (a_published_file(OUR_ROW) + b"," * 14 + b"x\n", "Line 3 has more cells"),
        (a_published_file(OUR_ROW).replace(b"la_name", b"category", 1), "stand twice: category"),
    ],
)
def test_a_file_that_is_none_says_what_it_lacks(content: bytes, says: str) -> None:
    assert says in refused(content)[0]
