"""Files of every return type that pass every check, with chance in them but no more than the seed puts there."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pandas as pd

from dataset.measures import MEASURES
from dataset.owing import COUNTS, owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import a_csv, counts_file
from tests.dataset.rows import frame_of

WRITTEN_FOR = Quarter(2016, 4)  # the quarter of the default rows
_YES_OR_NO = (True, False)
_VARIED: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "referrals": {
        "outcome": ("assessment", "no further action", "early help"),
        "previous_referral_date": (None, date(2016, 9, 1), date(2014, 5, 1)),
        "decision_date": (None, date(2017, 2, 15), date(2017, 2, 24)),
    },
    "assessments": {
        "outcome": ("child in need", "no further action"),
        "start_date": (date(2017, 1, 3), date(2016, 11, 1)),
        "factors": (None, "4B", "3A 4B"),
    },
    "section47_enquiries": {"start_date": (date(2017, 1, 16), date(2017, 2, 6))},
    "child_protection_plans": {
        "start_date": (date(2017, 2, 14), date(2014, 2, 3), date(2016, 10, 3)),
        "category": ("NEG", "EMO", "PHY"),
        "end_date": (None, None, date(2017, 3, 13)),
    },
    "looked_after_children": {
        "placement": ("U6", "K2", "P1"),
        "placements_in_last_12_months": (1, 2, 3),
        "in_area": _YES_OR_NO,
        "distance_miles": (None, 4.5, 31.0),
    },
    "missing_episodes": {
        "looked_after": _YES_OR_NO,
        "out_of_area": _YES_OR_NO,
        "exploitation_risk": _YES_OR_NO,
        "interview_outcome": ("not completed", "declined"),
    },
    "marac_cases": {"repeat": _YES_OR_NO, "referring_agency": ("police", "health"), "children_in_household": (0, 1, 3)},
    "training_sessions": {"attended": (19, 20, 24), "capacity": (24, 30), "knowledge_increased": (2, 7, 9)},
    "training_attendance": {"sector": ("schools", "health", "police"), "attended": (1, 8, 30)},
    "board_attendance": {"attended": _YES_OR_NO, "group": ("executive", "early help")},
}


def a_file_of(code: str, rows: int, quarter: Quarter, seed: int = 0, supplier: str = "CSC") -> bytes:
    """So many rows of the return, varied by the seed; of a counts return, every item that is owed."""
    chance = Random(f"{code} {quarter} {seed}")
    if code == COUNTS:
        return counts_file(supplier, quarter, **_numbers(supplier, quarter, chance))
    return a_file_with(code, *(_cells(code, place, chance) for place in range(rows)), quarter=quarter)


def a_file_with(code: str, *rows: Mapping[str, Any], quarter: Quarter = WRITTEN_FOR) -> bytes:
    """The rows as `frame_of` fills them up, their dates moved from the quarter they are written for to this one."""
    frame = frame_of(code, *map(dict, rows))
    columns = [column.name for column in RETURN_TYPES[code].columns]
    shift = 3 * (quarter.ordinal - WRITTEN_FOR.ordinal)
    lines = [{name: _text(line[name], shift) for name in columns} for line in frame.to_dict("records")]
    return a_csv(lines, columns)


def _cells(code: str, place: int, chance: Random) -> dict[str, Any]:
    cells = {name: chance.choice(values) for name, values in _VARIED[code].items()}
    if code == "missing_episodes":
        cells["child_id"] = f"child {chance.randrange(1, 9)}"  # some come back, in the quarter and in the next
    if code in ("training_attendance", "training_sessions"):
        cells["session_id"] = f"s{place}"
    if code == "board_attendance":
        cells["seat"] = f"Seat {place}"
    if code == "child_protection_plans" and cells["start_date"] < date(2017, 1, 1):
        cells["reviews_in_timescale"] = chance.choice(_YES_OR_NO)
    return cells


def _numbers(supplier: str, quarter: Quarter, chance: Random) -> dict[str, int]:
    """A number for each item owed; a whole that is part of nothing is larger than its parts."""
    parts = {measure.numerator for measure in MEASURES.values() if measure.denominator}
    part = chance.randrange(30, 60)
    return {
        item.code: part if item.code in parts else part + chance.randrange(20) for item in owed_items(supplier, quarter)
    }


def _text(cell: Any, months: int) -> str:
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return f"{_moved(cell, months):%d/%m/%Y}"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _moved(day: date, months: int) -> date:
    """The same day so many months on; all days here are in every month."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, day.day)
