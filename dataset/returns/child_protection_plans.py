"""Child protection plans: one row per plan open at any time in the quarter."""

import pandas as pd

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import NotAfter, NotBefore
from dataset.ingest.rules import QUERY, BlankUnless, FilledWhen
from dataset.ingest.span_rules import AnsweredAfter, NoOverlap, OpenBelowAge, OpenInQuarter
from dataset.periods import Quarter
from dataset.returns.common import age, age_band, as_flags, count, gender, identifier, locality, yes_no
from dataset.workdays import as_dates, shift_months

CATEGORIES = (
    Code("NEG", "Neglect"),
    Code("EMO", "Emotional abuse", ("emotional",)),
    Code("PHY", "Physical abuse", ("physical",)),
    Code("SAB", "Sexual abuse", ("sexual",)),
    Code("MUL", "Multiple", ("multiple categories",)),
)


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band, days_open, open_at_end, due_review, and within_two_years (NA where that is not known).

    Both the first and the last day of a plan count as days open.
    """
    last = pd.Timestamp(quarter.end)
    start, end = as_dates(frame["start_date"]), as_dates(frame["end_date"])
    open_at_end = (start <= last) & (end.isna() | (end > last))
    until = end.where(~open_at_end, last)
    previous = as_dates(frame["previous_plan_end_date"])
    within = as_flags(previous > shift_months(start, -24))
    has_unknown = (frame["number_of_previous_plans"] > 0).fillna(False) & previous.isna()
    return frame.assign(
        age_band=age_band(frame["age"]),
        days_open=((until - start).dt.days + 1).astype("Int64"),
        open_at_end=as_flags(open_at_end),
        due_review=as_flags(open_at_end & (shift_months(start, 3) <= last)),
        within_two_years=within.mask(has_unknown, pd.NA),
    )


RETURN_TYPE = ReturnType(
    code="child_protection_plans",
    title="Child protection plans",
    row_is="one plan open at any time in the quarter",
    table="ChildProtectionPlan",
    columns=(
        identifier(
            "plan_id",
            "the plan",
            "check: each record once",
            "check: plans that vanished",
            example="P3301",
            unique=True,
        ),
        identifier("child_id", "the child", "check: overlapping plans of one child", example="C40021"),
        Column(
            "start_date",
            ColumnKind.DATE,
            "The day the plan started.",
            "14/11/2016",
            ("plans_started", "plans_open", "plans_open_two_years", "plans_due_review"),
        ),
        Column(
            "end_date",
            ColumnKind.DATE,
            ("The day the plan ended. Blank while it is open; a plan that ends after the quarter counts as open."),
            "17/03/2017",
            ("plans_ended", "plans_ended_two_years", "plans_open"),
            may_be_blank=True,
        ),
        Column(
            "category",
            ColumnKind.CODE,
            "The category of abuse when the plan started.",
            "NEG",
            ("plans_started", "plans_ended", "plans_open"),
            codes=CATEGORIES,
        ),
        Column(
            "latest_category",
            ColumnKind.CODE,
            "The category now, or when the plan ended.",
            "NEG",
            ("plans_open_neglect",),
            codes=CATEGORIES,
        ),
        count(
            "number_of_previous_plans",
            "How many child protection plans the child has had before this one, ever.",
            "plans_started_repeat",
            example="1",
        ),
        Column(
            "previous_plan_end_date",
            ColumnKind.DATE,
            "The day the child's last plan before this one ended. Blank if there was none.",
            "20/11/2015",
            ("plans_started_within_two_years",),
            required=False,
            may_be_blank=True,
        ),
        yes_no(
            "reviews_in_timescale",
            "Whether every review was on time: the first within three months of the conference, then every six. "
            "Blank while the plan has been open for less than three months.",
            "plans_reviewed_in_time",
            may_be_blank=True,
        ),
        age("at the quarter's end, or when the plan ended", "plans_open"),
        gender("plans_open"),
        locality("plans_open"),
    ),
    checks=(
        OpenInQuarter("start_date", "end_date"),
        NotBefore("end_date", "start_date"),
        NoOverlap("child_id", "start_date", "end_date", "plans"),
        NotAfter("previous_plan_end_date", "start_date"),
        FilledWhen("previous_plan_end_date", "number_of_previous_plans", above=0, severity=QUERY),
        BlankUnless("previous_plan_end_date", "number_of_previous_plans", above=0),
        AnsweredAfter("reviews_in_timescale", "start_date", "end_date", 3),
        OpenBelowAge("age", "end_date", 18),
    ),
    prepare=prepare,
    notes="Plans are counted, not children. Leave out temporary plans of other authorities.",
)
