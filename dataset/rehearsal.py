"""What accepting a return would change, or did: its figures beside those of the version before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dataset import boardtime
from dataset.definitions import DataItem, State, Timing
from dataset.derivation import FigureValue
from dataset.ingest.counting import count_return, items_of
from dataset.measures import ITEMS
from dataset.models import Figure, QuarterlyReturn, ReturnState
from dataset.owing import COUNTS
from dataset.periods import Quarter, Window
from dataset.suppression import Audience, mask_figure

Key = tuple[str, Quarter, Window]


@dataclass(frozen=True, slots=True)
class Change:
    """One total: as it is with this version, and as it was with the one before, both as the reader may see them."""

    item: DataItem
    quarter: Quarter
    window: Window
    after: FigureValue | None
    before: FigureValue | None

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def period(self) -> str:
        if self.window is Window.QUARTER:
            return str(self.quarter)
        return f"{self.window.label} to {self.quarter}"

    @property
    def difference(self) -> int | None:
        """By how much the number grew; None where either is not a number that the reader may see."""
        if self.before is None or self.after is None or self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def is_change(self) -> bool:
        """Whether the reader sees another figure than before.

        A longer window that only one of the versions counted is no change of theirs: its earlier figure was counted
        with the return of another quarter.
        """
        if self.before is None or self.after is None:
            return self.window is Window.QUARTER
        return (self.before.value, self.before.state) != (self.after.value, self.after.state)


def changes(
    version: QuarterlyReturn,
    before: QuarterlyReturn | None,
    audience: Callable[[DataItem], Audience],
    maximum: int,
) -> list[Change]:
    """The totals of a candidate or an accepted version, in the order of the registry, beside those of `before`.

    A candidate of records is counted from its stored rows, as acceptance will; nothing is stored here. Its longer
    windows are left out: they are counted over the records of several returns, when it is accepted.
    """
    now, then = _totals(version), _totals(before) if before else {}
    if version.state == ReturnState.CANDIDATE:
        then = {key: figure for key, figure in then.items() if key[2] is Window.QUARTER}
    order = {code: place for place, code in enumerate(ITEMS)}
    keys = sorted(now.keys() | then.keys(), key=lambda key: (order[key[0]], list(Window).index(key[2]), key[1]))
    found = []
    for key in keys:
        item = ITEMS[key[0]]
        seen = [_seen(item, one.get(key), audience(item), maximum) for one in (now, then)]
        found.append(Change(item, key[1], key[2], after=seen[0], before=seen[1]))
    return found


def counts_more_on_acceptance(version: QuarterlyReturn) -> bool:
    """Whether acceptance will count longer windows which the rehearsal of the version leaves out."""
    distinct = any(item.timing is Timing.DISTINCT_YEAR_TO_DATE for item in items_of(version.return_type))
    return version.state == ReturnState.CANDIDATE and distinct


def _seen(item: DataItem, figure: FigureValue | None, audience: Audience, maximum: int) -> FigureValue | None:
    return None if figure is None else mask_figure(item, figure, audience, maximum)


def _totals(version: QuarterlyReturn) -> dict[Key, FigureValue]:
    return {
        (figure.item, figure.quarter, Window(figure.window)): FigureValue(
            value=figure.value, state=State(figure.state), known=figure.known, note=figure.note
        )
        for figure in _figures(version)
        if figure.item in ITEMS
    }


def _figures(version: QuarterlyReturn) -> Iterable[Figure]:
    if version.state == ReturnState.CANDIDATE and version.return_type != COUNTS:
        whole = [replace(item, breakdowns=()) for item in items_of(version.return_type)]
        return count_return(version, counted_at=boardtime.now(), items=whole)
    return version.figures.filter(breakdown="")
