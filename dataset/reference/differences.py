"""What a publication's figures would change of those that stand: the differences, counted and told."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dataset.definitions import State
from dataset.ingest.findings import Finding
from dataset.measures import MEASURES
from dataset.models import Area
from dataset.narrative import benchmark_period
from dataset.reference.assembling import PublishedFigure
from dataset.reference.choosing import Key
from dataset.reference.published import Place

TO_CONFIRM = ("factor_100", "parts_disagree")  # queries whose numbers, if they are wrong, are wrong everywhere


class What(StrEnum):
    """What becomes of one figure of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # a later publication's figure stands, and stays


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest stored figure of a key, area and period."""

    value: Decimal | None
    state: State
    numerator: Decimal | None
    denominator: Decimal | None
    published_on: date | None
    publication: str
    source: str

    @property
    def words(self) -> str:
        return figure_words(self.value, self.state)


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of the file beside what stands. `area` is unsaved where its first figure brings it."""

    what: What
    figure: PublishedFigure
    area: Area
    before: Standing | None

    @property
    def words(self) -> str:
        return figure_words(self.figure.value, self.figure.state)

    @property
    def period_label(self) -> str:
        return benchmark_period(self.figure.period)

    @property
    def before_words(self) -> str:
        return self.before.words if self.before else "–"

    @property
    def moves_value(self) -> bool:
        """Whether the value itself changes, not its parts alone."""
        before = self.before
        return before is None or (before.value, before.state) != (self.figure.value, self.figure.state)


@dataclass(frozen=True)
class OfKey:
    """One key's figures of one period: how many of each kind, and how many are no number."""

    key: Key
    period: str
    counts: Mapping[What, int]
    without_number: int

    @property
    def period_label(self) -> str:
        return benchmark_period(self.period)

    @property
    def new(self) -> int:
        return self.counts.get(What.NEW, 0)

    @property
    def changed(self) -> int:
        return self.counts.get(What.CHANGED, 0)

    @property
    def unchanged(self) -> int:
        return self.counts.get(What.UNCHANGED, 0)

    @property
    def kept(self) -> int:
        return self.counts.get(What.KEPT, 0)


@dataclass(frozen=True)
class Changes:
    """Everything that a file would do. `findings` are queries about it; `left_out` counts lines by unknown place."""

    differences: Sequence[Difference]
    keys: Mapping[str, Key]
    findings: Sequence[Finding] = ()
    left_out: Mapping[Place, int] = field(default_factory=dict)

    def of(self, *whats: What) -> list[Difference]:
        return [one for one in self.differences if one.what in whats]

    @property
    def to_store(self) -> list[Difference]:
        return self.of(What.NEW, What.CHANGED)

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.differences)

    @property
    def needs_confirming(self) -> list[Finding]:
        """The queries that a person has to say yes to: numbers that would all be wrong."""
        return [finding for finding in self.findings if finding.code in TO_CONFIRM]

    @property
    def by_key_and_period(self) -> list[OfKey]:
        counted: dict[tuple[str, str], Counter[What]] = {}
        states: Counter[tuple[str, str]] = Counter()
        for one in self.differences:
            at = (one.figure.key, one.figure.period)
            counted.setdefault(at, Counter())[one.what] += 1
            states[at] += one.figure.value is None
        return [
            OfKey(self.keys[key], period, counted[(key, period)], states[(key, period)])
            for key, period in sorted(counted, key=lambda at: (self.keys[at[0]].title, at[1]))
        ]

    def of_places(self, codes: Sequence[str]) -> list[Difference]:
        """What is new or changed for these areas, in their order, the latest period of each key first."""
        rank = {code: place for place, code in enumerate(codes)}
        found = [one for one in self.to_store if one.area.code in rank]
        found.sort(key=lambda one: rank[one.area.code])
        found.sort(key=lambda one: one.figure.period, reverse=True)
        return sorted(found, key=lambda one: self.keys[one.figure.key].title)

    @property
    def measures(self) -> list[tuple[str, str]]:
        """(code, title) of the measures that are set against a figure that is new or changed."""
        touched = {one.figure.key for one in self.to_store}
        return [(measure.code, measure.title) for measure in MEASURES.values() if measure.benchmark in touched]

    @property
    def fingerprint(self) -> str:
        """Differs where anything that would be stored does: what was agreed to is what is stored."""
        text = "\n".join(
            f"{one.what}|{one.figure.key}|{one.area.level}|{one.area.code}|{one.area.name}|{one.figure.period}|"
            f"{one.before_words}|{one.words}|{one.figure.numerator}|{one.figure.denominator}"
            for one in self.to_store
        )
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def figure_words(value: Decimal | None, state: State | str) -> str:
    """'22.6', or the state and its letter."""
    if value is not None:
        whole = value.normalize()
        return f"{whole:,f}"
    known = State(state)
    return f"{known.letter} ({known.label})" if known.letter else known.label


StandingFigures = dict[tuple[str, int, str], Standing]  # by key, area's primary key and period
