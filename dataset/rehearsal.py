"""What accepting a return would change, or did: its figures beside those of the version before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dataset.definitions import DataItem, State
from dataset.derivation import FigureValue
from dataset.measures import ITEMS
from dataset.models import CountedBecause, QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.suppression import Audience, mask_figure

Key = tuple[str, Quarter, Window]
Totals = Mapping[Key, FigureValue]


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
    """The totals that an accepted version was counted into, beside those of `before`; see `compare_totals`."""
    return compare_totals(stored_totals(version), stored_totals(before) if before else {}, audience, maximum)


def compare_totals(now: Totals, then: Totals, audience: Callable[[DataItem], Audience], maximum: int) -> list[Change]:
    """Totals beside those before them, in the order of the registry, as the reader may see them."""
    order = {code: place for place, code in enumerate(ITEMS)}
    keys = sorted(now.keys() | then.keys(), key=lambda key: (order[key[0]], list(Window).index(key[2]), key[1]))
    found = []
    for key in keys:
        item = ITEMS[key[0]]
        seen = [_seen(item, one.get(key), audience(item), maximum) for one in (now, then)]
        found.append(Change(item, key[1], key[2], after=seen[0], before=seen[1]))
    return found


def stored_totals(version: QuarterlyReturn) -> dict[Key, FigureValue]:
    """What a version was counted into when it was accepted, without breakdowns, by item, quarter and window.

    What its withdrawal counted again is not its own: it was counted over the versions that then stood.
    """
    return {
        (figure.item, figure.quarter, Window(figure.window)): FigureValue(
            value=figure.value, state=State(figure.state), known=figure.known, note=figure.note
        )
        for figure in version.figures.filter(breakdown="", because=CountedBecause.ACCEPTED)
        if figure.item in ITEMS
    }


def _seen(item: DataItem, figure: FigureValue | None, audience: Audience, maximum: int) -> FigureValue | None:
    return None if figure is None else mask_figure(item, figure, audience, maximum)
