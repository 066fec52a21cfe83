"""Who came to the board's training: one row per session and sector."""

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.rules import Unique
from dataset.returns.common import count, words

SECTORS = (
    words("schools", "school", "education"),
    words("early years", "nursery", "nurseries"),
    words("children's social care", "children’s social care", "childrens social care", "social care"),
    words("early help"),
    words("health"),
    words("police"),
    words("probation"),
    words("voluntary", "voluntary sector", "voluntary and community"),
    words("housing"),
    words("other"),
)

RETURN_TYPE = ReturnType(
    code="training_attendance",
    title="Training attendance",
    row_is="one session and sector",
    table="TrainingAttendance",
    columns=(
        Column(
            "session_id",
            ColumnKind.LABEL,
            "The session's number, as in the training sessions return.",
            "2017-041",
            ("check: attendance by sector adds up", "check: each session and sector once"),
        ),
        Column(
            "sector",
            ColumnKind.CODE,
            "The sector that the people came from.",
            "schools",
            ("delegates_schools_early_years", "delegates_by_sector"),
            codes=SECTORS,
        ),
        count("attended", "How many people of the sector attended.", "delegates_by_sector", example="8"),
    ),
    checks=(Unique(("session_id", "sector")),),
    notes="Sums that differ from the current training sessions return are a query.",
)
