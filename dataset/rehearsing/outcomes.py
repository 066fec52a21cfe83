"""A return's rows by what became of them, beside those of the version before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from dataset.definitions import State
from dataset.derivation import FigureValue
from dataset.ingest.counting import items_of
from dataset.models import RECORD_MODELS, QuarterlyReturn
from dataset.returns import RETURN_TYPES

BLANK = "none given"
Masked = Callable[[FigureValue], FigureValue]


@dataclass(frozen=True, slots=True)
class Split:
    """The record model's column by which a return's rows are told apart, its heading, and names of its values."""

    column: str
    heading: str
    names: Mapping[object, str] = field(default_factory=dict)


SPLITS: Mapping[str, Split] = {
    "referrals": Split("outcome", "Outcome"),
    "assessments": Split("outcome", "Outcome"),
    "section47_enquiries": Split("conference_outcome", "Outcome of the conference", {"": "no conference yet"}),
    "child_protection_plans": Split(
        "open_at_end", "Plan", {True: "open at the quarter’s end", False: "ended in the quarter"}
    ),
    "looked_after_children": Split(
        "looked_after_at_end", "Child", {True: "looked after at the quarter’s end", False: "not counted at its end"}
    ),
    "missing_episodes": Split("interview_outcome", "Return interview"),
    "marac_cases": Split("repeat", "Repeat", {True: "repeat", False: "not a repeat"}),
    "training_sessions": Split("level", "Level"),
    "training_attendance": Split("sector", "Sector"),
    "board_attendance": Split("attended", "Seat", {True: "attended", False: "did not attend"}),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows have one outcome, now and with the file, as the reader may see them."""

    name: str
    before: FigureValue | None
    after: FigureValue | None

    @property
    def before_text(self) -> str:
        return _text(self.before)

    @property
    def after_text(self) -> str:
        return _text(self.after)


def _text(figure: FigureValue | None) -> str:
    if figure is None:
        return "–"
    return figure.state.label if figure.value is None else f"{figure.value:,}"


@dataclass(frozen=True, slots=True)
class Outcomes:
    heading: str
    rows: tuple[Outcome, ...]


def rows_by_outcome(
    candidate: QuarterlyReturn, before: QuarterlyReturn | None, mask: Callable[..., FigureValue]
) -> Outcomes | None:
    """The candidate's rows by outcome beside the standing version's; None for a return that has no such column.

    `mask` gives a figure of an item as the reader may see it. One query.
    """
    split = SPLITS.get(candidate.return_type)
    if split is None:
        return None
    versions = [version.pk for version in (candidate, before) if version]
    model = RECORD_MODELS[candidate.return_type]
    counted = model._default_manager.filter(quarterly_return__in=versions).order_by()
    rows = counted.values_list("quarterly_return_id", split.column).annotate(rows=Count("pk"))
    by_value: dict[object, dict[int, int]] = {}
    for version, value, number in rows:
        by_value.setdefault(value, {})[version] = number
    item = items_of(candidate.return_type)[0]

    def told(found: Mapping[int, int], version: QuarterlyReturn | None) -> FigureValue | None:
        return mask(item, FigureValue(found.get(version.pk, 0), State.REPORTED)) if version else None

    return Outcomes(
        split.heading,
        tuple(
            Outcome(name, told(by_value[value], before), told(by_value[value], candidate))
            for value, name in sorted(_names(candidate.return_type, split, by_value), key=lambda pair: pair[1])
        ),
    )


def _names(return_type: str, split: Split, values: Mapping[object, object]) -> list[tuple[object, str]]:
    columns = {column.name: column for column in RETURN_TYPES[return_type].columns}
    codes = columns[split.column].codes if split.column in columns else ()
    labels: dict[object, str] = {code.value: code.label for code in codes}
    names = {**labels, **split.names}
    return [(value, names.get(value) or str(value or BLANK)) for value in values]
