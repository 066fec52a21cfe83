"""Single assessments: one row per assessment completed."""

import pandas as pd

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.ingest.date_rules import NotBefore, StartedSoon
from dataset.ingest.rules import Alone
from dataset.ingest.span_rules import OneADay
from dataset.periods import Quarter
from dataset.returns.common import age, age_band, gender, has_any, identifier, unknown, words
from dataset.workdays import count_working_days

OUTCOMES = (
    words("no further action", "NFA"),
    words("early help"),
    words("child in need", "CIN"),
    words("child protection", "CP"),
    words("looked after", "care"),
)
FACTORS = (
    Code("1A", "Alcohol misuse: child"),
    Code("1B", "Alcohol misuse: parent or carer"),
    Code("1C", "Alcohol misuse: another person in the household"),
    Code("2A", "Drug misuse: child"),
    Code("2B", "Drug misuse: parent or carer"),
    Code("2C", "Drug misuse: another person in the household"),
    Code("3A", "Domestic violence: child"),
    Code("3B", "Domestic violence: parent or carer"),
    Code("3C", "Domestic violence: another person in the household"),
    Code("4A", "Mental health: child"),
    Code("4B", "Mental health: parent or carer"),
    Code("4C", "Mental health: another person in the household"),
    Code("5A", "Learning disability: child"),
    Code("5B", "Learning disability: parent or carer"),
    Code("5C", "Learning disability: another person in the household"),
    Code("6A", "Physical disability or illness: child"),
    Code("6B", "Physical disability or illness: parent or carer"),
    Code("6C", "Physical disability or illness: another person in the household"),
    Code("7A", "Young carer"),
    Code("8A", "Privately fostered", last_year=2015),
    Code("8B", "Privately fostered: overseas child who intends to return"),
    Code("8C", "Privately fostered: overseas child who intends to stay"),
    Code("8D", "Privately fostered: child from the United Kingdom in an educational placement"),
    Code("8E", "Privately fostered: child from the United Kingdom, other family arrangements"),
    Code("8F", "Privately fostered: other"),
    Code("9A", "Unaccompanied asylum-seeking child"),
    Code("10A", "Going or being missing"),
    Code("11A", "Child sexual exploitation"),
    Code("12A", "Trafficking"),
    Code("13A", "Gangs"),
    Code("14A", "Socially unacceptable behaviour"),
    Code("15A", "Self-harm"),
    Code("16A", "Neglect"),
    Code("17A", "Emotional abuse"),
    Code("18A", "Physical abuse"),
    Code("18B", "Physical abuse: child on child", first_year=2017),
    Code("18C", "Physical abuse: adult on child", first_year=2017),
    Code("19A", "Sexual abuse"),
    Code("19B", "Sexual abuse: child on child", first_year=2017),
    Code("19C", "Sexual abuse: adult on child", first_year=2017),
    Code("20", "Other factor"),
    Code("21", "No factors identified"),
    Code("22A", "Female genital mutilation", ("FGM",), first_year=2016),
    Code("23A", "Abuse linked to faith or belief", ("faith or belief",), first_year=2016),
    Code("24A", "Child criminal exploitation", first_year=2018),
    Code("25A", "Other exploitation", first_year=2018),
)
FGM_AND_BELIEF_CAME_IN = 2016


def prepare(frame: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Adds age_band, working_days, and one flag a factor that is counted (NA before the factor's first year)."""
    factors = frame["factors"]
    domestic_abuse = has_any(factors, "3A", "3B", "3C")
    mental_health = has_any(factors, "4B")
    substance_misuse = has_any(factors, "1B", "2B")
    fgm_or_belief = has_any(factors, "22A", "23A")
    if quarter.start_year < FGM_AND_BELIEF_CAME_IN:
        fgm_or_belief = unknown(len(frame), frame.index)
    return frame.assign(
        age_band=age_band(frame["age"]),
        working_days=count_working_days(frame["start_date"], frame["completed_date"]),
        domestic_abuse=domestic_abuse,
        neglect=has_any(factors, "16A"),
        parental_mental_health=mental_health,
        child_sexual_exploitation=has_any(factors, "11A"),
        fgm_or_belief=fgm_or_belief,
        all_three=domestic_abuse & mental_health & substance_misuse,
    )


RETURN_TYPE = ReturnType(
    code="assessments",
    title="Assessments",
    row_is="one single assessment completed in the quarter",
    table="Assessment",
    columns=(
        identifier("assessment_id", "the assessment", "check: each record once", example="A55012", unique=True),
        identifier("child_id", "the child", "check: second assessment completed on the same day", example="C40021"),
        Column(
            "referral_date",
            ColumnKind.DATE,
            "The day of the referral that led to the assessment. Blank if there was none.",
            "14/02/2017",
            ("check: assessment started over one working day after the referral",),
            required=False,
            may_be_blank=True,
        ),
        Column(
            "start_date",
            ColumnKind.DATE,
            "The day the assessment started. The clock runs from here and does not count this day.",
            "15/02/2017",
            ("assessments_in_45_days",),
        ),
        Column(
            "completed_date",
            ColumnKind.DATE,
            "The day the assessment was authorised as complete. It lies in the quarter.",
            "28/03/2017",
            ("assessments_completed", "assessments_in_45_days"),
            in_quarter=True,
        ),
        age("on the day the assessment was completed", "assessments_completed"),
        gender("assessments_completed"),
        Column(
            "outcome",
            ColumnKind.CODE,
            "What the assessment led to.",
            "child in need",
            ("assessments_completed",),
            codes=OUTCOMES,
        ),
        Column(
            "factors",
            ColumnKind.CODES,
            (
                "DfE's codes of the factors found, separated by spaces, from the list of the return's year. Blank "
                "if none."
            ),
            "3B 4B 16A",
            (
                "assessments_domestic_abuse",
                "assessments_neglect",
                "assessments_parental_mental_health",
                "assessments_cse",
                "assessments_fgm_or_belief",
                "assessments_all_three",
            ),
            may_be_blank=True,
            codes=FACTORS,
        ),
    ),
    checks=(
        NotBefore("start_date", "referral_date"),
        NotBefore("completed_date", "start_date"),
        StartedSoon("start_date", "referral_date", 1),
        OneADay("child_id", "completed_date", "assessments"),
        Alone("factors", "21", "that no factors were identified"),
    ),
    prepare=prepare,
    notes="A factor that the list of the return's year does not have is an error.",
)
