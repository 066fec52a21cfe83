"""The board's training: one row per course session or learning event."""

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.names import NamesNobody
from dataset.ingest.rules import QUERY, NotAbove
from dataset.returns.common import count, words

LEVELS = (
    words("foundation"),
    words("advanced"),
    words("specialist"),
    words("forum", "learning event"),
    words("online", "e-learning"),
)

RETURN_TYPE = ReturnType(
    code="training_sessions",
    title="Training sessions",
    row_is="one course session or learning event",
    table="TrainingSession",
    columns=(
        Column(
            "session_id",
            ColumnKind.LABEL,
            "Your number for the session.",
            "2017-041",
            ("check: each record once", "check: attendance by sector adds up"),
            unique=True,
        ),
        Column(
            "course",
            ColumnKind.LABEL,
            "The name of the course or event.",
            "Advanced child protection",
            ("delegates_attended", "places_offered", "sessions_held"),
        ),
        Column(
            "level",
            ColumnKind.CODE,
            "Foundation, advanced, specialist or forum. Online courses are not counted as sessions.",
            "advanced",
            ("sessions_held", "evaluations_returned"),
            codes=LEVELS,
        ),
        Column(
            "session_date",
            ColumnKind.DATE,
            "The day of the session, the first if there were more. It lies in the quarter.",
            "22/02/2017",
            ("sessions_held",),
            in_quarter=True,
        ),
        count("capacity", "How many places there were.", "places_offered", example="24"),
        Column(
            "booked",
            ColumnKind.INTEGER,
            "How many places were booked. Blank if not known.",
            "23",
            ("check: attendance above booking",),
            required=False,
            may_be_blank=True,
            minimum=0,
        ),
        count("attended", "How many people attended.", "delegates_attended", example="20"),
        count(
            "evaluations_returned",
            "How many satisfaction forms came back.",
            "evaluations_returned",
            example="18",
        ),
        count(
            "rated_good_or_excellent",
            "Of those forms, how many rated the training good or excellent.",
            "rated_good_or_excellent",
            example="17",
        ),
        count(
            "prepost_sent",
            "How many before-and-after questionnaires were sent.",
            "prepost_sent",
            example="20",
        ),
        count(
            "prepost_returned",
            "How many before-and-after questionnaires came back.",
            "prepost_returned",
            example="9",
        ),
        count(
            "knowledge_increased",
            "Of those questionnaires, how many show more knowledge after the course.",
            "knowledge_increased",
            example="7",
        ),
        count(
            "confidence_increased",
            "Of those questionnaires, how many show more confidence after the course.",
            "confidence_increased",
            example="6",
        ),
    ),
    checks=(
        NamesNobody("course", "Give the course's title, never who held it or came to it."),
        NotAbove("attended", "capacity", QUERY),
        NotAbove("attended", "booked", QUERY),
        NotAbove("evaluations_returned", "attended"),
        NotAbove("rated_good_or_excellent", "evaluations_returned"),
        NotAbove("prepost_returned", "prepost_sent"),
        NotAbove("knowledge_increased", "prepost_returned"),
        NotAbove("confidence_increased", "prepost_returned"),
    ),
    notes=("Satisfaction forms and before-and-after questionnaires are two instruments; neither stands for the other."),
)
