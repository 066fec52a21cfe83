"""Typed frames of a return, as checking gives them, from the few cells that a test speaks of."""

from datetime import date
from typing import Any

import pandas as pd

from dataset.definitions import ColumnKind
from dataset.returns import RETURN_TYPES

_DTYPES = {
    ColumnKind.DATE: "datetime64[s]",
    ColumnKind.INTEGER: "Int64",
    ColumnKind.NUMBER: "Float64",
    ColumnKind.YES_NO: "boolean",
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "referrals": {"referral_date": date(2017, 2, 14), "source": "6", "age": 9, "gender": "F", "outcome": "assessment"},
    "assessments": {
        "start_date": date(2017, 1, 3),
        "completed_date": date(2017, 2, 14),
        "age": 9,
        "gender": "F",
        "outcome": "child in need",
    },
    "section47_enquiries": {"start_date": date(2017, 1, 16), "conference_required": False, "age": 9, "gender": "F"},
    "child_protection_plans": {
        "start_date": date(2017, 2, 14),
        "category": "NEG",
        "latest_category": "NEG",
        "number_of_previous_plans": 0,
        "age": 9,
        "gender": "F",
    },
    "looked_after_children": {
        "care_start_date": date(2017, 2, 14),
        "legal_status": "C2",
        "placement": "U6",
        "placement_start_date": date(2017, 2, 14),
        "placements_in_last_12_months": 1,
        "in_area": True,
        "initial_health_assessment_due": False,
        "age": 9,
        "gender": "F",
        "uasc": False,
    },
    "missing_episodes": {
        "category": "missing",
        "began": date(2017, 2, 14),
        "hours_missing": 5.0,
        "returned": True,
        "looked_after": False,
        "placed_by_other_authority": False,
        "out_of_area": False,
        "interview_offered": True,
        "interview_outcome": "not completed",
        "exploitation_risk": False,
        "age": 14,
        "gender": "F",
    },
    "marac_cases": {
        "meeting_date": date(2017, 2, 14),
        "local_authority": "Wiltshire",
        "referring_agency": "police",
        "repeat": False,
        "children_in_household": 0,
    },
    "training_sessions": {
        "course": "Neglect",
        "level": "advanced",
        "session_date": date(2017, 2, 14),
        "capacity": 24,
        "attended": 20,
        "evaluations_returned": 18,
        "rated_good_or_excellent": 17,
        "prepost_sent": 20,
        "prepost_returned": 9,
        "knowledge_increased": 7,
        "confidence_increased": 6,
    },
    "training_attendance": {"session_id": "s1", "sector": "schools", "attended": 8},
    "board_attendance": {
        "meeting_date": date(2017, 2, 14),
        "group": "executive",
        "seat": "Police",
        "attended": True,
        "deputy": False,
    },
}


def frame_of(code: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as a typed frame: defaults for what they leave out, identifiers and lines of their own."""
    columns = RETURN_TYPES[code].columns
    table: dict[str, Any] = {"line": range(2, len(rows) + 2)}
    for column in columns:
        name = f"{column.name}-" if column.kind is ColumnKind.IDENTIFIER or column.unique else ""
        cells = [
            row.get(column.name, f"{name}{number}" if name else _DEFAULTS[code].get(column.name))
            for number, row in enumerate(rows)
        ]
        table[column.name] = pd.Series(cells, dtype="object").astype(_DTYPES.get(column.kind, "string"))
    return pd.DataFrame(table)
