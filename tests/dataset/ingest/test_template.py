import pytest

from dataset.definitions import Counts, DataItem, Timing
from dataset.ingest.checking import Context, check_return
from dataset.ingest.reading import read_table
from dataset.ingest.template import blank_template
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 4)


@pytest.mark.parametrize("code", [code for code in RETURN_TYPES if code != "partner_counts"])
def test_the_template_as_it_stands_is_a_nil_return(code: str) -> None:
    return_type = RETURN_TYPES[code]
    names = tuple(column.name for column in return_type.columns)
    table = read_table(blank_template(return_type), names)
    assert (table.header, table.rows) == (names, [])
    assert check_return(table, Context(return_type, QUARTER, "CSC", nil=True)).findings == ()


def test_the_counts_template_has_a_row_for_each_item_that_is_owed() -> None:
    return_type = RETURN_TYPES["partner_counts"]
    owed = {
        code: DataItem(code, code.title(), "partner_counts", Counts.EVENTS, Timing.IN_QUARTER, "as supplied", "CSC")
        for code in ("contacts", "open_cases")
    }
    table = read_table(blank_template(return_type, owed.values()), [column.name for column in return_type.columns])
    assert [row[0] for row in table.rows] == ["contacts", "open_cases"]
    checked = check_return(table, Context(return_type, QUARTER, "CSC", owed_items=owed))
    assert {finding.code for finding in checked.findings} == {"missing_value"}
