"""The blank file that a data officer fills in. [pure]"""

import csv
import io
from collections.abc import Iterable

from dataset.definitions import DataItem, ReturnType
from dataset.ingest.plain_text import plain_row


def blank_template(return_type: ReturnType, owed_items: Iterable[DataItem] = ()) -> bytes:
    """A CSV file with the return's header and nothing else; for the counts return, a row for each item that is owed.

    It has a byte order mark, so that a spreadsheet opens it, and saves it again, as UTF-8.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [column.name for column in return_type.columns]
    writer.writerow(plain_row(names))
    if "item" in names:
        writer.writerows(plain_row([item.code if name == "item" else "" for name in names]) for item in owed_items)
    return text.getvalue().encode("utf-8-sig")
