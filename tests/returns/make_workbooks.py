"""Makes the workbooks of this folder again: `python tests/returns/make_workbooks.py`.

They are kept, since what a workbook's library writes changes with its versions. `old_book*.xls` were made once with
xlwt, which is no dependency.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

FOLDER = Path(__file__).parent
HEADER = (
    "referral_id", "child_id", "referral_date", "source", "age", "gender", "primary_need", "previous_referral_date",
    "decision_date", "outcome", "locality",
)  # fmt: skip
ROWS: tuple[tuple[Any, ...], ...] = (
    ("R1001", "C501", date(2017, 1, 4), 6, 7, "M", "N1", None, date(2017, 1, 5), "assessment", "Salisbury"),
    ("R1002", "C502", date(2017, 1, 17), "2A", 12, "F", "N5", date(2016, 6, 20), None, "early help", "Trowbridge"),
    ("R1003", "C503", date(2017, 2, 28), "3A", 0, 0, None, None, None, "no further action", None),
)
ENQUIRIES: tuple[tuple[Any, ...], ...] = (
    (
        "enquiry_id", "child_id", "start_date", "end_date", "conference_required", "conference_date",
        "conference_type", "conference_outcome", "age", "gender", "locality",
    ),
    (7719, 40021, date(2017, 1, 16), date(2017, 1, 30), True, date(2017, 2, 3), "initial", "plan", 9, "F", None),
    (7720, 40022, date(2017, 1, 17), date(2017, 1, 31), False, None, None, None, 9.0, 1, None),
    (7721, 40023, datetime(2017, 1, 18, 9, 45), None, False, None, None, None, 12, "F", None),
    (7722, 40024, date(2017, 1, 19), None, "?", None, None, None, 12, "F", None),
)  # fmt: skip
CHILDREN: tuple[tuple[Any, ...], ...] = (
    (
        "child_id", "care_start_date", "care_end_date", "legal_status", "placement", "placement_start_date",
        "placements_in_last_12_months", "distance_miles", "in_area", "initial_health_assessment_due",
        "initial_health_assessment_in_time", "health_assessment_up_to_date", "dental_check_up_to_date",
        "immunisations_up_to_date", "reviews_in_timescale", "age", "gender", "uasc",
    ),
    ("C1", date(2017, 1, 16), None, "C2", "U6", date(2017, 1, 16), 1, 12.5, True, False, *(None,) * 5, 9, "F", False),
    ("C2", date(2017, 1, 16), None, "C2", "U6", date(2017, 1, 16), 1, 0.45, True, False, *(None,) * 5, 9, "F", False),
    ("C3", date(2017, 1, 16), None, "C2", "#N/A", date(2017, 1, 16), 1, 4, True, False, *(None,) * 5, 9, "F", False),
    (
        "C4", date(2017, 1, 16), None, "C2", "U6", date(2017, 1, 16), date(1900, 1, 1), 4, True, False,
        *(None,) * 5, 9, "F", False,
    ),
)  # fmt: skip
A_DAY = date(2017, 1, 7)
EPISODES: tuple[tuple[Any, ...], ...] = (
    (
        "episode_id", "child_id", "category", "began", "hours_missing", "returned", "looked_after",
        "placed_by_other_authority", "out_of_area", "interview_offered", "interview_outcome", "hours_to_interview",
        "exploitation_risk", "age", "gender",
    ),
    ("M1", "C1", "missing", A_DAY, 6.5, True, True, False, False, True, "completed", 40, False, 14, "F"),
    ("M2", "C2", "missing", A_DAY, time(6, 30), True, *(False,) * 3, True, "declined", None, False, 14, "F"),
    ("M3", "C3", "missing", A_DAY, timedelta(hours=30), True, *(False,) * 4, "not due", None, False, 14, "F"),
)  # fmt: skip
ATTENDANCE: tuple[tuple[Any, ...], ...] = (
    ("session_id", "sector", "attended"),
    (2017041, "schools", 8),
    (2017041, "police", 3),
    ("Total", None, "=SUM(C2:C3)"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_book(change: Callable[[Any, Any], None] = lambda book, sheet: None, *, above: int = 0) -> bytes:
    """A workbook of three referrals, with `above` lines over the header, changed before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append([None])
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    change(book, sheet)
    return _saved(book)


def a_book_of(*rows: tuple[Any, ...], formats: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """A workbook of these rows, cells shown in these formats."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, number_format in formats.items():
        book.active[place].number_format = number_format
    return _saved(book)


def _saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return out.getvalue()


def a_package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def an_ole_file(*streams: str) -> bytes:
    """The start and the directory of an old Office file: as much as tells what it is."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in ("Root Entry", *streams))
    return OLE + b"\x00" * 504 + names


def _title(book: Any, sheet: Any) -> None:
    sheet["A1"] = "Referrals, fourth quarter"


def _in_1904(book: Any, sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def _errors(book: Any, sheet: Any) -> None:
    for place, text in (("B2", "#REF!"), ("H2", "#N/A"), ("E3", "#DIV/0!"), ("K4", "#NAME?")):
        sheet[place].value, sheet[place].data_type = text, "e"


def _formula(book: Any, sheet: Any) -> None:
    sheet["E3"] = "=5+7"


def _merged(book: Any, sheet: Any) -> None:
    sheet.merge_cells("J1:K1")


def _split(book: Any, sheet: Any) -> None:
    sheet.insert_rows(2)
    for column in "IJK":
        sheet[f"{column}2"], sheet[f"{column}1"] = sheet[f"{column}1"].value, None


def _copy_of_rows(book: Any, sheet: Any) -> None:
    other = book.create_sheet()
    for row in sheet.iter_rows(values_only=True):
        other.append(row)


def _hidden_copy(book: Any, sheet: Any) -> None:
    _copy_of_rows(book, sheet)
    book.worksheets[1].sheet_state = "hidden"


def _notes_first(book: Any, sheet: Any) -> None:
    notes = book.create_sheet(index=0)
    notes.append(["How this was made"])
    notes.append(["referral_date", "The day on which it came in"])


def _header_also_elsewhere(book: Any, sheet: Any) -> None:
    book.create_sheet(index=0).append(HEADER)


def _percentage(book: Any, sheet: Any) -> None:
    sheet["E2"], sheet["E2"].number_format = 0.45, "0%"


def _long_numbers(book: Any, sheet: Any) -> None:
    for line in (2, 3, 4):
        sheet[f"A{line}"] = 12345678901234500 + 1000 * line


def _date_for_a_code(book: Any, sheet: Any) -> None:
    sheet["G2"], sheet["G2"].number_format = date(2017, 1, 1), "d-mmm"


def _time_of_day(book: Any, sheet: Any) -> None:
    sheet["C3"], sheet["C3"].number_format = datetime(2017, 1, 17, 14, 30), "dd/mm/yyyy hh:mm"


def _formatted_blanks(book: Any, sheet: Any) -> None:
    for line in range(5, 40):
        sheet[f"C{line}"].number_format = "dd/mm/yyyy"
    sheet["P2"].number_format = "0%"


def _odd_spaces(book: Any, sheet: Any) -> None:
    sheet["C1"], sheet["J2"], sheet["K2"] = "referral date\n", "\u00a0assessment\u202f", " Salisbury\n"


def _identifier_column(book: Any, sheet: Any) -> None:
    sheet["L1"] = "NHS number"
    for line, number in ((2, 9434765919), (3, 9434765870), (4, 9434765838)):
        sheet[f"L{line}"] = number


def _no_names(book: Any, sheet: Any) -> None:
    sheet.delete_rows(1)


def _unnamed(book: Any, sheet: Any) -> None:
    sheet["L3"] = "see overleaf"


def _swollen(data: bytes) -> bytes:
    return data + b" " * 20_000_000


def _entities(data: bytes) -> bytes:
    declared = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">' + declared + b"]>" + data


def _kept_value(data: bytes) -> bytes:
    assert b"<f>5+7</f><v />" in data or b"<f>5+7</f><v></v>" in data
    return data.replace(b"<f>5+7</f><v />", b"<f>5+7</f><v>12</v>").replace(
        b"<f>5+7</f><v></v>", b"<f>5+7</f><v>12</v>"
    )


SHEET = "xl/worksheets/sheet1.xml"
FILES = {
    "book_clean.xlsx": lambda: a_book(_title, above=2),
    "book_named_csv.csv": a_book,
    "book_1904.xlsx": lambda: a_book(_in_1904),
    "book_error_cells.xlsx": lambda: a_book(_errors),
    "book_formula.xlsx": lambda: with_part(a_book(_formula), SHEET, _kept_value),
    "book_formula_without_value.xlsx": lambda: a_book(_formula),
    "book_merged_header.xlsx": lambda: a_book(_merged),
    "book_split_header.xlsx": lambda: a_book(_split),
    "book_two_sheets.xlsx": lambda: a_book(_copy_of_rows),
    "book_hidden_sheet.xlsx": lambda: a_book(_hidden_copy),
    "book_second_sheet.xlsx": lambda: a_book(_notes_first),
    "book_blank_first_sheet.xlsx": lambda: a_book(_header_also_elsewhere),
    "book_percentage.xlsx": lambda: a_book(_percentage),
    "book_long_numbers.xlsx": lambda: a_book(_long_numbers),
    "book_date_for_a_code.xlsx": lambda: a_book(_date_for_a_code),
    "book_time_of_day.xlsx": lambda: a_book(_time_of_day),
    "book_formatted_blanks.xlsx": lambda: a_book(_formatted_blanks),
    "book_odd_spaces.xlsx": lambda: a_book(_odd_spaces),
    "book_nhs_numbers.xlsx": lambda: a_book(_identifier_column),
    "book_without_header.xlsx": lambda: a_book(_no_names),
    "book_unnamed_column.xlsx": lambda: a_book(_unnamed),
    "book_empty.xlsx": lambda: _saved(openpyxl.Workbook()),
    "book_truncated.xlsx": lambda: a_book()[:3000],
    "book_swollen.xlsx": lambda: with_part(a_book(), SHEET, _swollen),
    "book_entities.xlsx": lambda: with_part(a_book(), SHEET, _entities),
    "book_enquiries.xlsx": lambda: a_book_of(*ENQUIRIES),
    "book_children.xlsx": lambda: a_book_of(*CHILDREN, formats={"H3": "0%"}),
    "book_episodes.xlsx": lambda: a_book_of(*EPISODES, formats={"E4": "[h]:mm"}),
    "book_attendance.xlsx": lambda: a_book_of(*ATTENDANCE),
    "book_password.xlsx": lambda: an_ole_file("EncryptionInfo", "EncryptedPackage"),
    "book_broken_old.xls": lambda: an_ole_file("Workbook"),
    "word_old.doc": lambda: an_ole_file("WordDocument"),
    "word.docx": lambda: a_package(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "book_binary.xlsb": lambda: a_package(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01\x00"}),
    "book_open_document.ods": lambda: a_package(mimetype=b"ods", **{"META-INF/manifest.xml": b"<m/>"}),
    "archive.zip": lambda: a_package(**{"referrals.csv": b"referral_id,child_id\n"}),
}

if __name__ == "__main__":
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())
