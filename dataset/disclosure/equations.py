"""Figures → cells and the equations between them: all that a reader could reckon with. [pure]

Only an equation that is true of the figures is made. The cost is one pass over the cells.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dataset.definitions import Counts, DataItem, Timing
from dataset.disclosure.cells import Cell, Equation, Role, Tables, canonical
from dataset.periods import Quarter, Window


class Rule(StrEnum):
    """The kinds of equation, each of which gives a hidden count back where it is forgotten."""

    TIME = "time"
    DISTINCT = "distinct"
    CATEGORIES = "categories"
    COMPLEMENTS = "complements"
    RELATIONS = "relations"


ALL_RULES = frozenset(Rule)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a relation: an item, in total or in one category, `back` quarters before."""

    times: int
    item: str
    breakdown: str = ""
    category: str = ""
    back: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """Terms that add up to nought in every quarter in which it is true: items that are sums of other items.

    Without a term that lies back it holds in every window that all its terms have.
    """

    terms: tuple[Term, ...]


Parts = Collection[tuple[str, str]]  # (numerator, denominator)
_Place = tuple[Quarter, Window]
_Split = tuple[str, str, Role]  # item, breakdown, role


def build(
    figures: Mapping[Cell, int],
    items: Mapping[str, DataItem],
    parts: Parts = (),
    relations: Collection[Relation] = (),
    *,
    idle: Collection[tuple[str, Quarter]] = (),
    rules: Collection[Rule] = ALL_RULES,
) -> Tables:
    """The tables of some items over the quarters held.

    `figures` are the stored numbers: of each quarter, with its categories and `known` counts, and of distinct children
    also of the longer windows. States without a number are left out. `parts` are the (part, whole) pairs of items
    whose complement is a count too. `idle` names the quarters in which nothing of an item was due, which a sum leaves
    out. Leaving out one of `rules` is for the attack tests.
    """
    return _Builder(figures, items, frozenset(idle), frozenset(rules)).build(parts, relations)


class _Builder:
    def __init__(
        self,
        figures: Mapping[Cell, int],
        items: Mapping[str, DataItem],
        idle: frozenset[tuple[str, Quarter]],
        rules: frozenset[Rule],
    ) -> None:
        self.items, self.idle, self.rules = items, idle, rules
        self.values = {canonical(cell, items[cell.item].timing): value for cell, value in figures.items()}
        self.equations: list[Equation] = []
        self.splits: dict[_Split, dict[_Place, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))

    def build(self, parts: Parts, relations: Collection[Relation]) -> Tables:
        self.add_noughts()
        self.add_windows()
        if Rule.CATEGORIES in self.rules:
            self.add_categories()
        if Rule.DISTINCT in self.rules:
            self.add_distinct()
        if Rule.COMPLEMENTS in self.rules:
            self.add_complements(parts)
        if Rule.RELATIONS in self.rules:
            for relation in relations:
                self.add_relation(relation)
        things = {code for code, item in self.items.items() if item.counts is Counts.THINGS}
        public = frozenset(cell for cell in self.values if cell.item in things and cell.role.is_shown)
        return Tables(self.values, tuple(self.equations), public)

    def add(self, *terms: tuple[Cell, int]) -> None:
        self.equations.append(terms)

    def add_noughts(self) -> None:
        """A category that a quarter's parts do not name is nought there."""
        for cell, value in self.values.items():
            if cell.breakdown:
                place = (cell.quarter, cell.window)
                self.splits[(cell.item, cell.breakdown, cell.role)][place][cell.category] = value
        empty: dict[tuple[str, Role], list[_Place]] = defaultdict(list)
        for cell, value in self.values.items():
            if cell.is_total and value == 0:
                empty[(cell.item, cell.role)].append((cell.quarter, cell.window))
        for (item, breakdown, role), places in self.splits.items():
            categories = sorted({category for found in places.values() for category in found})
            for place in dict.fromkeys([*places, *empty[(item, role)]]):
                for category in categories:
                    if category not in places[place]:
                        places[place][category] = 0
                        self.values[Cell(item, *place, breakdown, category, role)] = 0

    def add_windows(self) -> None:
        """The year to date and the rolling year of a flow, which are sums of its quarters."""
        series: dict[tuple[str, str, str, Role], dict[Quarter, int]] = defaultdict(dict)
        for cell, value in self.values.items():
            if self.items[cell.item].timing is Timing.IN_QUARTER and cell.window is Window.QUARTER:
                series[(cell.item, cell.breakdown, cell.category, cell.role)][cell.quarter] = value
        for (item, breakdown, category, role), held in series.items():
            for quarter, window in self._places(item, held):
                owed = [one for one in quarter.quarters_in(window) if (item, one) not in self.idle]
                if not owed or any(one not in held for one in owed):
                    continue
                total = Cell(item, quarter, window, breakdown, category, role)
                self.values[total] = sum(held[one] for one in owed)
                if breakdown:
                    self.splits[(item, breakdown, role)][(quarter, window)][category] = self.values[total]
                if Rule.TIME in self.rules:
                    quarters = [(total._replace(quarter=one, window=Window.QUARTER), 1) for one in owed]
                    self.add((total, -1), *quarters)

    def _places(self, item: str, held: Collection[Quarter]) -> Iterator[_Place]:
        """The canonical longer windows that end with a quarter of which something is held or nothing was due."""
        for quarter in sorted({*held, *(one for code, one in self.idle if code == item)}):
            yield quarter, Window.ROLLING_YEAR
            if quarter.number in (2, 3):
                yield quarter, Window.YEAR_TO_DATE

    def add_categories(self) -> None:
        """The parts of a breakdown and what they leave of the total.

        Where they leave nothing, the equations of a flow's longer windows follow from those of its quarters.
        """
        for (item, breakdown, role), places in self.splits.items():
            is_flow = self.items[item].timing is Timing.IN_QUARTER
            for place, categories in places.items():
                total = Cell(item, *place, role=role)
                left = self.values.get(total, -1) - sum(categories.values())
                if left < 0 or (left == 0 and is_flow and place[1] is not Window.QUARTER):
                    continue
                terms = [(Cell(item, *place, breakdown, category, role), 1) for category in categories]
                if left:
                    rest = total._replace(role=Role.REST, whole=f"{role}, after {breakdown}")
                    self.values[rest] = left
                    terms.append((rest, 1))
                self.add((total, -1), *terms)

    def add_complements(self, parts: Parts) -> None:
        """What a part leaves of its whole, by way of the rows whose answer is known where those are counted."""
        wholes: dict[str, list[str]] = defaultdict(list)
        for part, whole in dict.fromkeys(parts):
            if part in self.items and whole in self.items and not self._are_things(part, whole):
                if self.items[part].timing is self.items[whole].timing:
                    wholes[part].append(whole)
        for cell in [cell for cell in self.values if cell.role is Role.COUNT and cell.item in wholes]:
            known = cell._replace(role=Role.KNOWN)
            for whole in wholes[cell.item]:
                if known in self.values:
                    self.add_rest(cell, known, "known")
                    self.add_rest(known, cell._replace(item=whole), whole)
                else:
                    self.add_rest(cell, cell._replace(item=whole), whole)

    def _are_things(self, *codes: str) -> bool:
        return all(self.items[code].counts is Counts.THINGS for code in codes)

    def add_rest(self, part: Cell, whole: Cell, name: str) -> None:
        left = self.values.get(whole, -1) - self.values[part]
        if left >= 0:
            rest = part._replace(role=Role.REST, whole=name)
            if rest not in self.values:
                self.values[rest] = left
                self.add((whole, -1), (part, 1), (rest, 1))

    def add_relation(self, relation: Relation) -> None:
        first = relation.terms[0]
        place = (first.item, first.breakdown, first.category, Role.COUNT)
        shifts = any(term.back for term in relation.terms)
        for anchor in [c for c in self.values if (c.item, c.breakdown, c.category, c.role) == place]:
            if shifts and anchor.window is not Window.QUARTER:
                continue
            quarter = anchor.quarter + first.back
            cells = [
                (Cell(t.item, quarter - t.back, anchor.window, t.breakdown, t.category), t.times)
                for t in relation.terms
            ]
            if all(cell in self.values for cell, _ in cells):
                if sum(times * self.values[cell] for cell, times in cells) == 0:
                    self.add(*cells)

    def add_distinct(self) -> None:
        """What is certain of distinct children: a longer time has at least as many, and no more than its quarters."""
        longer = [
            cell
            for cell in self.values
            if self.items[cell.item].timing is Timing.DISTINCT_YEAR_TO_DATE
            and cell.window is not Window.QUARTER
            and cell.role.is_shown
        ]
        for cell in longer:
            held = cell.quarter.quarters_in(cell.window)
            quarters = [cell._replace(quarter=one, window=Window.QUARTER) for one in held]
            before = cell._replace(quarter=cell.quarter - 1, window=Window.YEAR_TO_DATE)
            to_date = cell._replace(window=Window.YEAR_TO_DATE)
            within = [*quarters]
            if cell.quarter.number > 2:
                within.append(before)
            if cell.window is Window.ROLLING_YEAR and cell.quarter.number < 4:
                within.append(canonical(to_date, Timing.DISTINCT_YEAR_TO_DATE))
            for smaller in dict.fromkeys(within):
                self.add_margin(cell, [(cell, 1), (smaller, -1)], f"over {smaller.quarter} {smaller.window}")
            if self.items[cell.item].at_least == 1:
                self.add_margin(cell, [(cell, -1), *((one, 1) for one in quarters)], "under its quarters")

    def add_margin(self, at: Cell, terms: Iterable[tuple[Cell, int]], name: str) -> None:
        """An inequality: the terms add up to nought or more."""
        terms = list(terms)
        if any(cell not in self.values for cell, _ in terms):
            return
        by = sum(times * self.values[cell] for cell, times in terms)
        if by >= 0:
            margin = at._replace(role=Role.MARGIN, whole=name)
            self.values[margin] = by
            self.add(*terms, (margin, -1))
