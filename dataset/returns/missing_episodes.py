"""Children missing from home or care: one row per episode that began in the quarter."""

from datetime import date

import pandas as pd

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import CodeEnded
from dataset.ingest.rules import QUERY, BlankUnless, FilledWhen, Together
from dataset.periods import Quarter
from dataset.returns.common import age, age_band, as_flags, gender, identifier, locality, words, yes_no

CATEGORIES = (
    words("missing", "missing from home", "missing from care"),
    words("absent", last_year=2016),
    words("away from placement", "away from placement without authorisation"),
)
INTERVIEW_OUTCOMES = (
    words("completed", "complete"),
    words("declined", "refused"),
    words("covered by another interview", "covered"),
    words("not completed", "incomplete"),
    words("not due", "not required"),
)
ABSENT_ENDED = date(2017, 1, 31)
HOURS_ALLOWED = 72


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band, interview_due (the duty is this area's) and in_72_hours (of completed interviews)."""
    due = (
        (frame["category"] == "missing").fillna(False)
        & frame["returned"].fillna(False).astype(bool)
        & ~frame["placed_by_other_authority"].fillna(False).astype(bool)
        & (frame["interview_outcome"] != "not due").fillna(False)
    )
    prompt = (frame["interview_outcome"] == "completed") & (frame["hours_to_interview"] <= HOURS_ALLOWED)
    return frame.assign(age_band=age_band(frame["age"]), interview_due=as_flags(due), in_72_hours=as_flags(prompt))


RETURN_TYPE = ReturnType(
    code="missing_episodes",
    title="Missing episodes",
    row_is="one episode that began in the quarter",
    table="MissingEpisode",
    columns=(
        identifier("episode_id", "the episode", "check: each record once", example="M0917", unique=True),
        identifier(
            "child_id",
            "the child",
            "children_missing",
            "children_missing_12_times",
            "children_missing_looked_after",
            "looked_after_missing_repeat",
            example="C40021",
        ),
        Column(
            "category",
            ColumnKind.CODE,
            ("Missing, absent (a police category until January 2017) or away from placement. Only missing is counted."),
            "missing",
            ("missing_episodes",),
            codes=CATEGORIES,
        ),
        Column(
            "began",
            ColumnKind.DATE,
            "The day the episode began. It lies in the quarter.",
            "07/01/2017",
            ("missing_episodes",),
            in_quarter=True,
        ),
        Column(
            "hours_missing",
            ColumnKind.NUMBER,
            "How many hours the child was missing. Blank if still missing.",
            "6.5",
            ("check: a length for every episode that ended",),
            may_be_blank=True,
            minimum=0,
        ),
        yes_no("returned", "Whether the child has come back.", "episodes_ended", "interviews_due"),
        yes_no(
            "looked_after",
            "Whether the child was looked after, by any authority, when the episode began.",
            "episodes_looked_after",
            "children_missing_looked_after",
            "looked_after_missing_repeat",
        ),
        yes_no(
            "placed_by_other_authority",
            "Whether another authority placed the child here; its interview is that authority's duty.",
            "interviews_due",
            example="no",
        ),
        yes_no(
            "out_of_area",
            "Whether the child is placed outside this area.",
            "episodes_out_of_area",
            example="no",
        ),
        yes_no(
            "interview_offered",
            "Whether a return interview was offered.",
            "interviews_offered",
            "interviews_not_declined",
        ),
        Column(
            "interview_outcome",
            ColumnKind.CODE,
            "What became of the return interview.",
            "completed",
            ("interviews_completed", "interviews_declined", "interviews_not_declined", "interviews_due"),
            codes=INTERVIEW_OUTCOMES,
        ),
        Column(
            "hours_to_interview",
            ColumnKind.NUMBER,
            "Hours from the child's return to the interview. Blank unless it was completed.",
            "40",
            ("interviews_in_72_hours",),
            may_be_blank=True,
            minimum=0,
        ),
        yes_no(
            "exploitation_risk",
            "Whether a risk of exploitation was known when the episode began.",
            "episodes_exploitation_risk",
            example="no",
        ),
        age("on the day the episode began", "missing_episodes", minimum=0),
        gender("missing_episodes"),
        locality("missing_episodes"),
    ),
    checks=(
        BlankUnless("hours_missing", "returned", (True,)),
        FilledWhen("hours_missing", "returned", (True,)),
        BlankUnless("hours_to_interview", "interview_outcome", ("completed",)),
        FilledWhen("hours_to_interview", "interview_outcome", ("completed",)),
        Together(
            (("interview_outcome", ("completed", "declined")), ("interview_offered", (False,))),
            "An interview that was completed or declined was offered: correct one of the two.",
        ),
        Together(
            (("interview_outcome", ("completed",)), ("returned", (False,))),
            "A return interview follows the return: correct one of the two.",
            severity=QUERY,
        ),
        CodeEnded("category", "absent", "began", ABSENT_ENDED),
    ),
    prepare=prepare,
    notes="Hours are kept, not clock times. The police send totals of their own for reconciliation.",
)
