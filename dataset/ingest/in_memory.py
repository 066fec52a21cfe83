"""Workbooks written without a file on the disk: their rows may name children, and openpyxl writes each sheet to a
temporary file first. [pure]"""

import io
import os
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


class _SheetWriter(WorksheetWriter):
    """Writes a sheet to memory; there is nothing to clean up."""

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet, out=io.BytesIO())

    def cleanup(self) -> None:
        self.out.close()


class _Package(zipfile.ZipFile):
    """A package to which a sheet is added from memory, where openpyxl would name its temporary file."""

    def write(self, filename: Any, arcname: "str | os.PathLike[str] | None" = None, *args: Any, **kwargs: Any) -> None:
        self.writestr(str(arcname), filename.getvalue())


def add_sheet(book: Workbook, title: str) -> Any:
    """A new sheet of a write-only workbook. Its panes and widths are set before its first row is appended."""
    sheet = book.create_sheet(title)
    sheet._get_writer = lambda: _begin(sheet)
    return sheet


def _begin(sheet: Any) -> None:
    if sheet._writer is None:
        sheet._writer = _SheetWriter(sheet)
        sheet._writer.write_top()


def saved(book: Workbook) -> bytes:
    """The workbook, whose sheets were all made by `add_sheet`."""
    out = io.BytesIO()
    with _Package(out, "w", zipfile.ZIP_DEFLATED) as package:
        ExcelWriter(book, package).save()
    return out.getvalue()
