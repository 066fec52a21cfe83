"""Attendance at the board's meetings: one row per meeting and seat."""

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.names import NamesNobody
from dataset.ingest.rules import Together, Unique
from dataset.returns.common import words, yes_no

GROUPS = (
    words("executive", "executive group", "the executive"),
    words("quality assurance", "quality assurance and performance", "QA&P", "QAP"),
    words("case review", "serious case review", "SCR"),
    words("child exploitation", "child sexual exploitation and missing", "CSE and missing", "exploitation"),
    words("early help", "early intervention"),
    words("domestic abuse"),
    words("child death overview panel", "child death overview", "CDOP"),
    words("policy and procedures", "policy"),
    words("training", "learning and development"),
    words("full board", "board"),
    words("other"),
)

RETURN_TYPE = ReturnType(
    code="board_attendance",
    title="Board attendance",
    row_is="one meeting and seat",
    table="BoardAttendance",
    columns=(
        Column(
            "meeting_date",
            ColumnKind.DATE,
            "The day of the meeting. It lies in the quarter.",
            "09/03/2017",
            ("executive_places",),
            in_quarter=True,
        ),
        Column(
            "group",
            ColumnKind.CODE,
            "The group that met. Only the executive's meetings are counted into a measure.",
            "executive",
            ("executive_places", "executive_attendances"),
            codes=GROUPS,
        ),
        Column(
            "seat",
            ColumnKind.LABEL,
            "The seat, by agency and post, never by a person's name. An agency may hold several.",
            "Wiltshire Police",
            (
                "executive_places",
                "executive_attendances",
                "check: each meeting and seat once",
                "check: no person's name",
            ),
        ),
        yes_no(
            "attended",
            "Whether the seat was filled at the meeting, by its member or a deputy.",
            "executive_attendances",
        ),
        yes_no(
            "deputy",
            "Whether a deputy came. A deputy counts as attendance and is shown apart.",
            "check: a deputy counts as attendance",
            example="no",
        ),
    ),
    checks=(
        NamesNobody("seat", "Give the seat's agency and post, never its holder."),
        Unique(("meeting_date", "group", "seat")),
        Together(
            (("deputy", (True,)), ("attended", (False,))),
            "A deputy counts as attendance: answer attended yes, or deputy no.",
        ),
    ),
)
