"""Section 47 enquiries and the conferences they lead to."""

import pandas as pd

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import NotBefore, Overdue
from dataset.ingest.rules import QUERY, BlankUnless, FilledWhen, Together
from dataset.ingest.span_rules import OneADay, OpenInQuarter
from dataset.periods import Quarter
from dataset.returns.common import age, age_band, gender, identifier, locality, words, yes_no
from dataset.workdays import count_working_days

CONFERENCE_TYPES = (words("initial", "ICPC"), words("transfer-in", "transfer in", "transfer_in", "transfer"))
CONFERENCE_OUTCOMES = (words("plan", "child protection plan"), words("no plan"))


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band and working_days_to_conference (NA where no conference was held)."""
    return frame.assign(
        age_band=age_band(frame["age"]),
        working_days_to_conference=count_working_days(frame["start_date"], frame["conference_date"]),
    )


RETURN_TYPE = ReturnType(
    code="section47_enquiries",
    title="Section 47 enquiries",
    row_is="one enquiry started, ended or brought to conference in the quarter",
    table="Section47Enquiry",
    columns=(
        identifier("enquiry_id", "the enquiry", "check: each record once", example="S7719", unique=True),
        identifier("child_id", "the child", "check: second enquiry started on the same day", example="C40021"),
        Column(
            "start_date",
            ColumnKind.DATE,
            "The day of the strategy discussion that initiated the enquiry. Working days to the conference run "
            "from here and do not count this day.",
            "16/01/2017",
            ("section47_started", "conferences_in_15_days"),
        ),
        Column(
            "end_date",
            ColumnKind.DATE,
            "The day the enquiry ended. Blank while it is open.",
            "30/01/2017",
            ("section47_completed",),
            may_be_blank=True,
        ),
        yes_no(
            "conference_required",
            "Whether the enquiry found that an initial child protection conference is needed.",
            "section47_to_conference",
        ),
        Column(
            "conference_date",
            ColumnKind.DATE,
            "The day the conference was held. Blank if there was none.",
            "03/02/2017",
            ("conferences_held", "conferences_in_15_days", "section47_completed"),
            may_be_blank=True,
        ),
        Column(
            "conference_type",
            ColumnKind.CODE,
            "Initial, or transfer-in from another authority. Blank if there was no conference.",
            "initial",
            ("conferences_held",),
            may_be_blank=True,
            codes=CONFERENCE_TYPES,
        ),
        Column(
            "conference_outcome",
            ColumnKind.CODE,
            "Whether the conference made a child protection plan. Blank if there was no conference.",
            "plan",
            ("conferences_to_plan",),
            may_be_blank=True,
            codes=CONFERENCE_OUTCOMES,
        ),
        age("on the day the enquiry started", "section47_started"),
        gender("section47_started"),
        locality("section47_started"),
    ),
    checks=(
        OpenInQuarter("start_date", "end_date", also=("conference_date",)),
        NotBefore("end_date", "start_date"),
        NotBefore("conference_date", "start_date"),
        FilledWhen("conference_type", "conference_date"),
        FilledWhen("conference_outcome", "conference_date"),
        BlankUnless("conference_type", "conference_date"),
        BlankUnless("conference_outcome", "conference_date"),
        Together(
            (("conference_required", (False,)), ("conference_type", ("initial",))),
            "Answer yes if the enquiry led to the conference.",
            severity=QUERY,
        ),
        Overdue("conference_required", (True,), "start_date", "conference_date", 15),
        OneADay("child_id", "start_date", "section 47 enquiries"),
    ),
    prepare=prepare,
)
