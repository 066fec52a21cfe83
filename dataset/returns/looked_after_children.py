"""Children looked after: one row per period of care open at any time in the quarter."""

import pandas as pd

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import NotAfter, NotBefore
from dataset.ingest.rules import QUERY, BlankUnless, FilledWhen
from dataset.ingest.span_rules import AnsweredAfter, NoOverlap, OpenBelowAge, OpenInQuarter
from dataset.periods import Quarter
from dataset.returns.common import (
    age,
    age_band,
    as_flags,
    count,
    gender,
    group_of,
    identifier,
    locality,
    yes_no,
)
from dataset.workdays import as_dates, shift_months

SHORT_BREAKS = ("V3", "V4")
LEGAL_STATUSES = (
    Code("C1", "Interim care order", ("interim",), "care order"),
    Code("C2", "Full care order", ("care order",), "care order"),
    Code("D1", "Freed for adoption", (), "placement order"),
    Code("E1", "Placement order granted", ("placement order",), "placement order"),
    Code("V2", "Single period of accommodation under section 20", ("section 20", "S20"), "section 20"),
    Code("V3", "Short breaks under section 20, episodes recorded", (), "short breaks"),
    Code("V4", "Short breaks under section 20, agreement recorded", ("short breaks",), "short breaks"),
    Code("J1", "On remand or committed for trial or sentence", ("remand",), "youth justice"),
    Code("J2", "Detained under the Police and Criminal Evidence Act", ("PACE",), "youth justice"),
    Code(
        "J3",
        "Sentenced to a supervision or rehabilitation order with a residence requirement",
        (),
        "youth justice",
    ),
    Code("L1", "Under police protection", ("police protection",), "emergency protection"),
    Code("L2", "Emergency protection order", ("EPO",), "emergency protection"),
    Code("L3", "Under a child assessment order", ("child assessment order",), "emergency protection"),
)
LEGAL_STATUS_GROUPS = {
    "care order": "Care order",
    "placement order": "Placement order or freed for adoption",
    "section 20": "Accommodated under section 20",
    "short breaks": "Short breaks",
    "youth justice": "Youth justice",
    "emergency protection": "Police or emergency protection",
}
PLACEMENTS = (
    Code("A3", "Placed for adoption with consent, current foster carer", (), "adoption"),
    Code("A4", "Placed for adoption with consent, not current foster carer", (), "adoption"),
    Code("A5", "Placed for adoption with a placement order, current foster carer", (), "adoption"),
    Code("A6", "Placed for adoption with a placement order, not current foster carer", (), "adoption"),
    Code("H5", "Semi-independent living, not a children's home", ("semi-independent",), "independent living"),
    Code("K1", "Secure children's home", ("secure unit",), "residential"),
    Code("K2", "Children's home", ("childrens home", "children’s home"), "residential"),
    Code("P1", "Placed with own parents", ("with parents",), "with parents"),
    Code("P2", "Independent living", (), "independent living"),
    Code("P3", "Residential employment", (), "independent living"),
    Code("R1", "Residential care home", (), "residential"),
    Code("R2", "NHS or other health establishment", (), "residential"),
    Code("R3", "Family centre or mother and baby unit", (), "residential"),
    Code("R5", "Young offender institution or prison", ("YOI",), "residential"),
    Code("S1", "Residential school", (), "residential"),
    Code("T0", "Temporary move, all types", (), "temporary"),
    Code("T1", "Temporary stay in hospital", (), "temporary"),
    Code("T2", "Temporary absence on holiday", (), "temporary"),
    Code("T3", "Temporary while the usual carer is on holiday", (), "temporary"),
    Code("T4", "Temporary accommodation of seven days or less", (), "temporary"),
    Code("U1", "Foster placement with a relative or friend, long term", (), "foster care"),
    Code("U2", "Foster placement with a relative or friend who is also an approved adopter", (), "foster care"),
    Code("U3", "Foster placement with a relative or friend, not long term", (), "foster care"),
    Code("U4", "Foster placement with another carer, long term", (), "foster care"),
    Code("U5", "Foster placement with another carer who is also an approved adopter", (), "foster care"),
    Code("U6", "Foster placement with another carer, not long term", ("foster",), "foster care"),
    Code("Z1", "Other placement", ("other",), "other"),
)
PLACEMENT_GROUPS = {
    "foster care": "Foster care",
    "adoption": "Placed for adoption",
    "with parents": "With own parents",
    "residential": "Residential",
    "independent living": "Independent or semi-independent living",
    "temporary": "Temporary",
    "other": "Other",
}


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band, the two groups, and the flags that say to whom each measure of the quarter's end applies."""
    last = pd.Timestamp(quarter.end)
    start, end = as_dates(frame["care_start_date"]), as_dates(frame["care_end_date"])
    in_care = (start <= last) & (end.isna() | (end > last)) & ~frame["legal_status"].isin(SHORT_BREAKS)
    under_16 = (frame["age"] < 16).fillna(False).astype(bool)
    two_years_ago = pd.Timestamp(quarter.end) - pd.DateOffset(years=2)
    placement_group = group_of(PLACEMENTS, frame["placement"])
    settled = as_dates(frame["placement_start_date"]) <= two_years_ago
    before_adoption = as_dates(frame["previous_placement_start_date"]) <= two_years_ago
    return frame.assign(
        age_band=age_band(frame["age"]),
        legal_status_group=group_of(LEGAL_STATUSES, frame["legal_status"]),
        placement_group=placement_group,
        looked_after_at_end=as_flags(in_care),
        twelve_months=as_flags(in_care & (shift_months(start, 12) <= last)),
        two_and_half_years_under_16=as_flags(in_care & (shift_months(start, 30) <= last) & under_16),
        stable_two_years=as_flags(settled | ((placement_group == "adoption") & before_adoption)),
    )


RETURN_TYPE = ReturnType(
    code="looked_after_children",
    title="Children looked after",
    row_is="one period of care open at any time in the quarter",
    table="LookedAfterChild",
    columns=(
        identifier(
            "child_id",
            "the child",
            "check: overlapping periods of care of one child",
            "check: children who vanished",
            example="C40021",
        ),
        Column(
            "care_start_date",
            ColumnKind.DATE,
            "The day this period of being looked after began.",
            "09/05/2014",
            (
                "started_care",
                "looked_after",
                "looked_after_12_months",
                "looked_after_two_and_half_years_under_16",
            ),
        ),
        Column(
            "care_end_date",
            ColumnKind.DATE,
            "The day the child stopped being looked after. Blank while in care.",
            "24/03/2017",
            ("ended_care", "looked_after"),
            may_be_blank=True,
        ),
        Column(
            "legal_status",
            ColumnKind.CODE,
            (
                "The SSDA903 legal status at the quarter's end, or on leaving. V3 and V4 are short breaks: kept, "
                "not counted."
            ),
            "C2",
            ("looked_after",),
            codes=LEGAL_STATUSES,
        ),
        Column(
            "placement",
            ColumnKind.CODE,
            "The SSDA903 placement type at the quarter's end, or on leaving.",
            "U6",
            ("fostered", "stable_two_years", "looked_after"),
            codes=PLACEMENTS,
        ),
        Column(
            "placement_start_date",
            ColumnKind.DATE,
            "The day the child came to this placement: of the placement, not of the SSDA903 episode.",
            "02/09/2014",
            ("stable_two_years",),
        ),
        count(
            "placements_in_last_12_months",
            "How many placements the child has had in the 12 months to the quarter's end; stays of under 24 hours "
            "and temporary codes left out.",
            "three_placements",
            example="1",
        ),
        Column(
            "previous_placement_start_date",
            ColumnKind.DATE,
            "For a child placed for adoption, the day the placement before began. Blank for others.",
            "11/01/2014",
            ("stable_two_years",),
            required=False,
            may_be_blank=True,
        ),
        Column(
            "distance_miles",
            ColumnKind.NUMBER,
            "Miles from the child's home to the placement. Blank if not known.",
            "12.5",
            ("looked_after_distance_known", "placed_over_20_miles", "placed_over_20_miles_outside"),
            required=False,
            may_be_blank=True,
            minimum=0,
            maximum=900,
        ),
        yes_no("in_area", "Whether the placement lies in this area.", "placed_over_20_miles_outside"),
        yes_no(
            "initial_health_assessment_due",
            "Whether the 20 working days for the initial health assessment ended in this quarter.",
            "initial_health_due",
            example="no",
        ),
        yes_no(
            "initial_health_assessment_in_time",
            "Whether that assessment was done within the 20 working days. Blank unless it was due.",
            "initial_health_in_time",
            example="",
            may_be_blank=True,
        ),
        yes_no(
            "health_assessment_up_to_date",
            "Whether the annual health assessment is up to date. Blank under 12 months in care.",
            "health_up_to_date",
            may_be_blank=True,
        ),
        yes_no(
            "dental_check_up_to_date",
            "Whether the dental check is up to date. Blank under 12 months in care.",
            "dental_up_to_date",
            may_be_blank=True,
        ),
        yes_no(
            "immunisations_up_to_date",
            "Whether immunisations are up to date. Blank under 12 months in care.",
            "immunisations_up_to_date",
            may_be_blank=True,
        ),
        yes_no(
            "reviews_in_timescale",
            "Whether every review that was due was on time. Blank if none was due.",
            "reviews_due",
            "reviews_in_time",
            may_be_blank=True,
        ),
        age(
            "at the quarter's end, or on leaving care",
            "looked_after",
            "looked_after_two_and_half_years_under_16",
            minimum=0,
        ),
        gender("looked_after"),
        yes_no(
            "uasc",
            "Whether the child is an unaccompanied asylum-seeking child.",
            "looked_after",
            example="no",
        ),
        locality("looked_after"),
    ),
    checks=(
        OpenInQuarter("care_start_date", "care_end_date"),
        NotBefore("care_end_date", "care_start_date"),
        NoOverlap("child_id", "care_start_date", "care_end_date", "periods of care"),
        NotBefore("placement_start_date", "care_start_date", severity=QUERY),
        NotBefore("care_end_date", "placement_start_date"),
        NotAfter("previous_placement_start_date", "placement_start_date"),
        BlankUnless("initial_health_assessment_in_time", "initial_health_assessment_due", (True,)),
        FilledWhen("initial_health_assessment_in_time", "initial_health_assessment_due", (True,)),
        *(
            AnsweredAfter(column, "care_start_date", "care_end_date", 12, unless=("legal_status", SHORT_BREAKS))
            for column in (
                "health_assessment_up_to_date",
                "dental_check_up_to_date",
                "immunisations_up_to_date",
            )
        ),
        OpenBelowAge("age", "care_end_date", 18),
    ),
    prepare=prepare,
    notes="Short breaks (V3, V4) are stored and counted nowhere.",
)
