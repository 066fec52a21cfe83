"""What tells the record on a line, whatever line it stands on, so that an answer can follow its record. [pure]"""

import hashlib
from collections.abc import Collection

import pandas as pd

from dataset.definitions import ReturnType

_TOTAL = ("item", "breakdown", "category")


def record_keys(frame: pd.DataFrame, return_type: ReturnType, lines: Collection[int]) -> dict[int, str]:
    """A digest for each of the lines that the frame holds.

    Of the record's own number (in the frame a digest already), or of what a total counts; where a return has neither,
    of the whole row, so that only rows that are alike share it.
    """
    rows = frame[frame["line"].isin(list(lines))]
    names = [column.name for column in return_type.columns if column.unique]
    if not return_type.table:
        names = list(_TOTAL)
    elif not names:
        names = [column.name for column in return_type.columns]
    cells = rows[names].astype("string").fillna("")
    return {
        int(line): hashlib.sha256("\x1f".join(values).encode("utf-8", "surrogatepass")).hexdigest()
        for line, values in zip(rows["line"], cells.itertuples(index=False, name=None), strict=True)
    }
