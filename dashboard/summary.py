"""Which measures lead the summary, which are concerns, which have improved, and in which order.  [pure]"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dataset.definitions import Measure
from dataset.readings import Reading
from dataset.status import Judgement


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to worry about: a measure's reading and why it is in the list."""

    reading: Reading
    rank: int
    because: str


def leads(measures: Iterable[Measure]) -> list[Measure]:
    """The measures that are judged on the summary: tier 1."""
    return [measure for measure in measures if measure.tier == 1]


def activity(measures: Iterable[Measure]) -> list[Measure]:
    """The volumes that are shown without judgement."""
    return [measure for measure in measures if measure.activity]


def concerns(readings: Mapping[str, Reading]) -> list[Concern]:
    """Clear red first, then red that is not certain, then worse than England; within each, most children first."""
    found = [concern for reading in readings.values() if (concern := _concern(reading))]
    return sorted(found, key=lambda one: (one.rank, -(one.reading.status.children or 0), one.reading.measure.code))


def _concern(reading: Reading) -> Concern | None:
    status = reading.status
    if status.judgement is Judgement.OFF_TARGET:
        rank, because = (0, "Off target, clearly") if status.certain else (1, "Off target, but not certain")
        return Concern(reading, rank, because)
    if status.judgement is Judgement.WORSE:
        return Concern(reading, 2, "Worse than England")
    return None


def improved(readings: Mapping[str, Reading]) -> list[Reading]:
    """Measures that are better than a year before by more than chance, and are not themselves a concern."""
    better = [
        reading
        for reading in readings.values()
        if reading.direction.judgement == "better" and reading.direction.certain and not _concern(reading)
    ]
    return sorted(better, key=lambda reading: reading.measure.code)
