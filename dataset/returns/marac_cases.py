"""Cases heard at the multi-agency risk assessment conference."""

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.returns.common import count, identifier, words, yes_no

REFERRING_AGENCIES = (
    words("police"),
    words("independent advisor", "IDVA", "independent domestic violence advisor", "independent adviser"),
    words("children's services", "children’s services", "childrens services", "children's social care"),
    words("adult services", "adult social care"),
    words("health"),
    words("housing"),
    words("probation"),
    words("mental health"),
    words("substance misuse"),
    words("education"),
    words("voluntary", "voluntary sector"),
    words("other"),
)

RETURN_TYPE = ReturnType(
    code="marac_cases",
    title="MARAC cases",
    row_is="one case heard in the quarter",
    table="MaracCase",
    columns=(
        identifier("case_id", "the hearing of the case", "check: each record once", example="MC118", unique=True),
        Column(
            "meeting_date",
            ColumnKind.DATE,
            "The day of the meeting. It lies in the quarter; only the quarter is kept.",
            "18/01/2017",
            ("marac_cases",),
            in_quarter=True,
        ),
        Column(
            "local_authority",
            ColumnKind.LABEL,
            "The local authority where the household lives. Rows of others are set aside and counted.",
            "Wiltshire",
            ("marac_cases",),
        ),
        Column(
            "referring_agency",
            ColumnKind.CODE,
            "Who referred the case.",
            "police",
            ("marac_not_police", "marac_cases"),
            codes=REFERRING_AGENCIES,
        ),
        yes_no(
            "repeat",
            "Whether this follows a further incident between the same people within 12 months of the last referral "
            "(the definition in force since April 2013).",
            "marac_repeat",
            example="no",
        ),
        count(
            "children_in_household",
            "How many children live in the household.",
            "marac_children",
            example="2",
        ),
    ),
    notes="Nothing about a victim or a perpetrator.",
)
