import pytest

from dataset.ingest.formats import Limits
from dataset.periods import FinancialYear
from dataset.reference.long_table import read_long
from dataset.reference.published import FileRefused, PublishedFile, read_cell
from tests.dataset.reference.publications import LONG_ROW, a_published_file


def read(content: bytes) -> PublishedFile:
    return read_long(content, Limits())


def test_the_interactive_tool_s_table_is_read() -> None:
    england = LONG_ROW | {"LA Number": "970", "LA and Regions": "England", "Values": "21.9"}
    region = LONG_ROW | {"LA Number": "989", "LA and Regions": "South West", "Values": "-"}
    (indicator,) = read(a_published_file(LONG_ROW, england, region)).indicators.values()
    assert indicator.name == "Re-referrals"
    assert [(row.place.level, row.place.legacy, row.place.name, row.year) for row in indicator.rows] == [
        ("local_authority", "865", "Wiltshire", FinancialYear(2016)),
        ("national", "", "England", FinancialYear(2016)),
        ("region", "", "South West", FinancialYear(2016)),
    ]
    assert [read_cell(text)[0] for _, text in indicator.cells()][2] is None


def test_years_may_stand_across() -> None:
    row = {
        "LA Number": "865",
        "LA and Regions": "Wiltshire",
        "Measure": "Re-referrals",
        "2015-16": "19.1",
        "2016-17": "18.8",
    }
    (indicator,) = read(a_published_file(row)).indicators.values()
    assert {row.year: text for row, text in indicator.cells()} == {
        FinancialYear(2015): "19.1",
        FinancialYear(2016): "18.8",
    }


def test_nine_character_codes_and_other_names_for_the_columns_are_read() -> None:
    row = {"indicator": "rate", "area_code": "E06000054", "area": "Wiltshire", "time_period": "201617", "value": "1"}
    (indicator,) = read(a_published_file(row)).indicators.values()
    assert indicator.rows[0].place.code == "E06000054"


def test_each_indicator_has_its_own_rows() -> None:
    file = read(a_published_file(LONG_ROW, LONG_ROW | {"Short Desc": "Referrals", "Values": "384"}))
    assert {name: [text for _, text in one.cells()] for name, one in file.indicators.items()} == {
        "Re-referrals": ["18.8"], "Referrals": ["384"]
    }  # fmt: skip


def test_a_year_of_one_number_is_one_to_look_at() -> None:
    (note,) = read(a_published_file(LONG_ROW | {"Years": "2017"})).notes
    assert "read as years to 31 March" in note.message


def test_lines_of_no_year_are_left_out_with_their_line() -> None:
    (note,) = read(a_published_file(LONG_ROW, LONG_ROW | {"Years": "2016-17 Q4"})).notes
    assert (note.line, note.found) == (3, "2016-17 Q4")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"one,two\n1,2\n", "neither a data file of explore education statistics"),
        (a_published_file({"LA Number": "865", "Years": "2017", "Values": "1"}), "the indicator’s name"),
        (a_published_file({"Measure": "a", "LA Number": "865", "Values": "1"}), "the year"),
        (a_published_file({"Measure": "a", "LA Number": "865", "Years": "2017"}), "the value"),
        (a_published_file({"Measure": "a", "area": "Wiltshire", "Years": "2017", "Values": "1"}), "the area’s code"),
        (a_published_file(LONG_ROW | {"Years": "soon"}), "“soon” is not a year"),
    ],
)
def test_a_table_that_is_none_says_what_it_lacks(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(content)
