"""The blank workbook is one that Excel opens, says what the definitions say, and cannot be taken for a return."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest

from dataset.definitions import ColumnKind
from dataset.describing import example_row
from dataset.ingest.checking import Context, check_return
from dataset.ingest.reading import UnreadableFile, read_table
from dataset.ingest.workbook import EXCEL_ROWS
from dataset.ingest.workbook_template import ALLOWED, EXAMPLE, NOTES, RETURN, Blank, blank_workbook
from dataset.measures import BREAKDOWNS, ITEMS
from dataset.owing import owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 4)
QUARTERS = (QUARTER, Quarter(2016, 2), Quarter(2024, 1))
UPLOAD = "https://board.example/returns/upload/?type=referrals"
every_type = pytest.mark.parametrize("code", RETURN_TYPES)


def blank_of(code: str, quarter: Quarter = QUARTER, **more: Any) -> bytes:
    counts: dict[str, Any] = {}
    if code == "partner_counts":
        counts = {
            "owed": owed_items("CSC", quarter),
            "breakdowns": tuple((one.name, tuple(one.labels.items())) for one in BREAKDOWNS.values()),
        }
    facts = {**counts, "localities": ("Salisbury", "Trowbridge"), "upload_at": UPLOAD, **more}
    return blank_workbook(Blank(RETURN_TYPES[code], quarter, **facts))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def names_of(code: str) -> list[str]:
    return [column.name for column in RETURN_TYPES[code].columns]


def rules_of(book: Any, code: str) -> dict[str, Any]:
    """The validation of each column, by the column's name."""
    letters = {cell.column_letter: cell.value for cell in book[RETURN][1]}
    rules = {}
    for rule in book[RETURN].data_validations.dataValidation:
        reach = re.fullmatch(rf"([A-Z]+)2:(?:\1)(?:{EXCEL_ROWS})", str(rule.sqref))
        assert reach
        rules[letters[reach[1]]] = rule
    assert list(rules) == names_of(code)
    return rules


def listed(book: Any, rule: Any) -> list[str]:
    """The values of the drop-down, read from where it points."""
    place = re.fullmatch(rf"'{ALLOWED}'!\$A\$(\d+):\$A\$(\d+)", rule.formula1)
    assert rule.type == "list" and place
    return [book[ALLOWED].cell(line, 1).value for line in range(int(place[1]), int(place[2]) + 1)]


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
@every_type
def test_excel_finds_nothing_to_repair(code: str, quarter: Quarter) -> None:
    book = opened(blank_of(code, quarter))
    assert book.sheetnames == [RETURN, NOTES, EXAMPLE, ALLOWED]
    for rule in rules_of(book, code).values():
        assert len(rule.promptTitle) <= 32 and 0 < len(rule.prompt) <= 255
        assert len(rule.errorTitle or "") <= 32 and len(rule.error or "") <= 225
        assert all(len(formula or "") <= 255 for formula in (rule.formula1, rule.formula2))


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
@every_type
def test_a_drop_down_has_the_codes_of_the_quarters_year(code: str, quarter: Quarter) -> None:
    book = opened(blank_of(code, quarter))
    rules = rules_of(book, code)
    for column in RETURN_TYPES[code].columns:
        if column.kind is ColumnKind.CODE:
            in_force = [one.value for one in column.codes if one.is_in_force(quarter.start_year)]
            assert listed(book, rules[column.name]) == in_force != []
        if column.kind is ColumnKind.YES_NO:
            assert listed(book, rules[column.name]) == ["yes", "no"]


def test_days_and_numbers_are_bounded_as_the_check_bounds_them() -> None:
    rules = rules_of(opened(blank_of("referrals")), "referrals")
    received, previous, age = rules["referral_date"], rules["previous_referral_date"], rules["age"]
    assert (received.type, received.formula1, received.formula2) == ("date", "42736", "42825")  # 1 January to 31 March
    assert (previous.formula1, previous.formula2) == ("31048", "43190")  # 1 January 1985 to 31 March 2018
    assert (age.type, age.formula1, age.formula2) == ("whole", "-1", "25")
    assert received.errorStyle == "stop"


def test_a_mark_may_take_the_place_of_a_total() -> None:
    rules = rules_of(opened(blank_of("partner_counts")), "partner_counts")
    assert (rules["value"].errorStyle, rules["state"].errorStyle) == ("warning", "stop")


def test_cells_that_a_spreadsheet_would_change_are_text() -> None:
    sheet = opened(blank_of("referrals"))[RETURN]
    formats = {cell.value: sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]}
    assert (formats["referral_id"], formats["source"]) == ("@", "@")
    assert (formats["referral_date"], formats["age"]) == ("dd/mm/yyyy", "0")


@every_type
def test_every_column_has_a_note_that_says_what_it_holds(code: str) -> None:
    book = opened(blank_of(code))
    for cell, column in zip(book[RETURN][1], RETURN_TYPES[code].columns, strict=True):
        assert column.description in cell.comment.text


@every_type
def test_the_example_is_of_the_quarter_and_stands_on_its_side(code: str) -> None:
    owed = owed_items("CSC", QUARTER) if code == "partner_counts" else ()
    sheet = opened(blank_of(code))[EXAMPLE]
    shown = {row[0]: row[1] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert shown == {name: text or "(blank)" for name, text in example_row(RETURN_TYPES[code], QUARTER, owed).items()}


@every_type
def test_the_notes_say_what_must_never_come_in_and_where_to_go(code: str) -> None:
    sheet = opened(blank_of(code))[NOTES]
    text = "\n".join(row[0] or "" for row in sheet.iter_rows(values_only=True))
    assert "personal data" in text and "What must never come in" in text
    assert [cell.hyperlink.target for (cell,) in sheet.iter_rows() if cell.hyperlink] == [UPLOAD]


@every_type
def test_only_the_first_sheet_is_ever_taken_for_the_return(code: str) -> None:
    book = opened(blank_of(code))
    book[RETURN].delete_rows(1, book[RETURN].max_row)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFile) as refused:
        read_table(out.getvalue(), names_of(code))
    assert refused.value.code == "no_header"


@every_type
def test_untouched_it_is_told_that_nothing_was_filled_in(code: str) -> None:
    table = read_table(blank_of(code), names_of(code))
    owed = {item.code: item for item in owed_items("CSC", QUARTER)} if code == "partner_counts" else {}
    found = check_return(table, Context(RETURN_TYPES[code], QUARTER, "CSC", owed_items=owed)).findings
    assert table.sheet == 1
    if owed:
        assert [(one.code, one.column) for one in found] == [("missing_value", "value")] * len(owed)
    else:
        assert [one.code for one in found] == ["no_rows"]


@pytest.mark.parametrize("code", [code for code, kind in RETURN_TYPES.items() if kind.table])
def test_untouched_it_is_a_nil_return_where_that_is_declared(code: str) -> None:
    table = read_table(blank_of(code), names_of(code))
    assert check_return(table, Context(RETURN_TYPES[code], QUARTER, "CSC", nil=True)).findings == ()


def test_the_counts_workbook_lists_what_is_owed_by_names_that_tell_what_they_are() -> None:
    owed = owed_items("CSC", QUARTER)
    book = opened(blank_of("partner_counts"))
    lines = [cell for cell in book[RETURN]["A"][1:] if cell.value]
    assert [cell.value for cell in lines] == [item.title for item in owed]
    assert all(item.code in cell.comment.text for item, cell in zip(owed, lines, strict=True))
    rule = rules_of(book, "partner_counts")["item"]
    assert (listed(book, rule), rule.errorStyle) == ([item.title for item in owed], "warning")


def test_no_two_items_go_by_one_title() -> None:
    titles = [item.title.casefold() for item in ITEMS.values()]
    assert len(set(titles)) == len(titles)


def test_a_locality_that_looks_like_a_formula_is_text() -> None:
    content = blank_of("referrals", localities=("=1+1", "Salisbury"))
    assert "=1+1" in {cell.value for cell in opened(content)[ALLOWED]["A"]}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 4 and not any(b"<f>" in sheet for sheet in sheets)


def test_without_localities_the_column_takes_short_text() -> None:
    rule = rules_of(opened(blank_of("referrals", localities=())), "referrals")["locality"]
    assert (rule.type, rule.formula1) == ("textLength", "60")
