"""Referrals to children's social care: one row per referral received."""

import pandas as pd

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import NotAfter, NotBefore
from dataset.ingest.span_rules import OneADay
from dataset.periods import Quarter
from dataset.returns.common import age, age_band, as_flags, gender, group_of, identifier, locality, words
from dataset.workdays import as_dates, next_working_day, within_a_year

SOURCES = (
    Code("1A", "Individual: family member, relative or carer", ("family", "family member"), "individual"),
    Code("1B", "Individual: acquaintance", ("acquaintance", "neighbour", "friend"), "individual"),
    Code("1C", "Individual: self", ("self",), "individual"),
    Code("1D", "Individual: other", ("individual", "other individual"), "individual"),
    Code("2A", "Schools", ("school",), "schools and education"),
    Code("2B", "Education services", ("education", "education service"), "schools and education"),
    Code("3A", "GP", ("general practitioner",), "health"),
    Code("3B", "Health visitor", ("health visiting",), "health"),
    Code("3C", "School nurse", ("school nursing",), "health"),
    Code("3D", "Other primary health services", ("other primary health",), "health"),
    Code("3E", "A&E", ("A & E", "accident and emergency", "emergency department"), "health"),
    Code("3F", "Other health services", ("other health", "health"), "health"),
    Code("4", "Housing", ("housing association", "4A"), "housing"),
    Code("5A", "Local authority: social care", ("social care", "adult social care"), "local authority"),
    Code("5B", "Local authority: other internal", ("other internal", "local authority"), "local authority"),
    Code("5C", "Local authority: external", ("external", "another local authority"), "local authority"),
    Code("6", "Police", ("6A",), "police"),
    Code("7", "Other legal agency", ("other legal", "court", "probation", "7A"), "other"),
    Code("8", "Other", ("other source", "8A"), "other"),
    Code("9", "Anonymous", ("9A",), "other"),
    Code("10", "Unknown", ("not known", "10A"), "other"),
)
SOURCE_GROUPS = {
    "individual": "Individual",
    "schools and education": "Schools and education",
    "health": "Health",
    "housing": "Housing",
    "local authority": "Local authority",
    "police": "Police",
    "other": "Other",
}
PRIMARY_NEEDS = (
    Code("N0", "Not stated", ("not recorded",)),
    Code("N1", "Abuse or neglect"),
    Code(
        "N2",
        "Child's disability or illness",
        ("child’s disability or illness", "child disability or illness"),
    ),
    Code("N3", "Parental disability or illness"),
    Code("N4", "Family in acute stress"),
    Code("N5", "Family dysfunction"),
    Code("N6", "Socially unacceptable behaviour"),
    Code("N7", "Low income"),
    Code("N8", "Absent parenting"),
    Code("N9", "Cases other than children in need", ("other than children in need",)),
)
OUTCOMES = (
    words("no further action", "NFA"),
    words("information and advice", "advice", "information & advice"),
    words("early help"),
    words("assessment", "single assessment"),
    words("strategy discussion", "section 47"),
)


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band, source_group, rereferral, and decided_in_one_day (NA without a decision date)."""
    decided = as_dates(frame["decision_date"])
    in_one_day = as_flags(decided <= next_working_day(frame["referral_date"]))
    return frame.assign(
        age_band=age_band(frame["age"]),
        source_group=group_of(SOURCES, frame["source"]),
        rereferral=as_flags(within_a_year(frame["previous_referral_date"], frame["referral_date"])),
        decided_in_one_day=in_one_day.mask(decided.isna(), pd.NA),
    )


RETURN_TYPE = ReturnType(
    code="referrals",
    title="Referrals",
    row_is="one referral received in the quarter",
    table="Referral",
    columns=(
        identifier("referral_id", "the referral", "check: each record once", example="R102938", unique=True),
        identifier(
            "child_id",
            "the child",
            "check: second referral on the same day",
            "check: earlier referral inside 12 months",
            example="C40021",
        ),
        Column(
            "referral_date",
            ColumnKind.DATE,
            "The day the referral was received. It lies in the quarter.",
            "14/02/2017",
            ("referrals_received", "rereferrals", "referrals_decided_in_one_day"),
            in_quarter=True,
        ),
        Column(
            "source",
            ColumnKind.CODE,
            "Who referred: DfE's referral source code, or its words.",
            "6",
            ("referrals_received",),
            codes=SOURCES,
        ),
        age("on the day of the referral", "referrals_received"),
        gender("referrals_received"),
        Column(
            "primary_need",
            ColumnKind.CODE,
            "DfE's primary need code, N0 to N9. Blank if none was recorded.",
            "N1",
            ("referrals_received",),
            required=False,
            may_be_blank=True,
            codes=PRIMARY_NEEDS,
        ),
        Column(
            "previous_referral_date",
            ColumnKind.DATE,
            "The day of the child's last referral before this one. Blank if there was none.",
            "03/06/2016",
            ("rereferrals",),
            may_be_blank=True,
        ),
        Column(
            "decision_date",
            ColumnKind.DATE,
            "The day it was decided what to do with the referral. Blank if not known.",
            "15/02/2017",
            ("referrals_decided_in_one_day",),
            required=False,
            may_be_blank=True,
        ),
        Column(
            "outcome",
            ColumnKind.CODE,
            "What was decided.",
            "assessment",
            ("referrals_no_further_action",),
            codes=OUTCOMES,
        ),
        locality("referrals_received"),
    ),
    checks=(
        NotAfter("previous_referral_date", "referral_date", strictly=True),
        NotBefore("decision_date", "referral_date"),
        OneADay("child_id", "referral_date", "referrals"),
    ),
    prepare=prepare,
    notes=("A child with a referral stored inside the 12 months before, and no previous_referral_date, is a query."),
)
