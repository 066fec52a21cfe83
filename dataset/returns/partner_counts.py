"""Totals from partners who hold or may send no rows: one row per data item."""

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.ingest.names import NamesNobody

STATES = (
    Code("z", "Not applicable"),
    Code("x", "Not available", (":", "..")),
    Code("c", "Confidential", ("hidden",)),
    Code("low", "Rounds to nought", ("k",)),
    Code("u", "Low reliability"),
)

RETURN_TYPE = ReturnType(
    code="partner_counts",
    title="Partner counts",
    row_is="one data item",
    columns=(
        Column(
            "item",
            ColumnKind.LABEL,
            "The data item, by its code or its title.",
            "contacts",
            ("check: every item that is owed, and no other",),
        ),
        Column(
            "value",
            ColumnKind.INTEGER,
            "The total for the quarter. Nought is 0. Blank only with a state that says why.",
            "3504",
            ("check: a value or a state",),
            may_be_blank=True,
            minimum=0,
            state_column="state",
        ),
        Column(
            "breakdown",
            ColumnKind.LABEL,
            "How the total is split, where the item allows it. Blank for the total itself.",
            "source group",
            ("check: only the breakdowns that the item has",),
            required=False,
            may_be_blank=True,
        ),
        Column(
            "category",
            ColumnKind.LABEL,
            "The part of the breakdown that the row gives. Blank for the total itself.",
            "police",
            ("check: parts add up to no more than their total",),
            required=False,
            may_be_blank=True,
        ),
        Column(
            "state",
            ColumnKind.CODE,
            "Why there is no value: z not applicable, x not available, c confidential, low rounds to nought, u low "
            "reliability. Blank with a value.",
            "",
            ("check: a value or a state",),
            required=False,
            may_be_blank=True,
            codes=STATES,
        ),
        Column(
            "note",
            ColumnKind.LABEL,
            "A remark on the figure, kept with it; never about a child.",
            "Counted from the new system since October",
            ("check: no words that identify a person",),
            required=False,
            may_be_blank=True,
        ),
    ),
    checks=(NamesNobody("note", "A remark is about the figure, never about a person.", is_sentence=True),),
    notes=("A return lists every item that its supplier owes for the quarter. Annual items are due once a year."),
)
