"""Readings made from a few figures, for the tests of what pages show."""

from datetime import date

from dataset.comparison import BenchmarkValue
from dataset.definitions import State
from dataset.derivation import FigureValue
from dataset.evidence import Evidence, Place
from dataset.measures import MEASURES
from dataset.periods import Quarter, Window
from dataset.readings import ENGLAND, Reading, read_measures
from dataset.status import JudgementRules, Threshold
from dataset.suppression import Audience

CONFERENCES = MEASURES["CP03"]
LAST = Quarter(2016, 4)


def conferences(
    counts: dict[Quarter, tuple[int, int]] | None = None, audience: Audience = Audience.RESTRICTED, points: int = 4
) -> Reading:
    """Conferences on time: 60% two quarters ago and 75% now, nothing between, a target of 80 and England at 77.2."""
    counts = {LAST - 2: (60, 100), LAST: (45, 60)} if counts is None else counts
    figures = {}
    for quarter, (part, whole) in counts.items():
        for item, value in ((CONFERENCES.numerator, part), (CONFERENCES.denominator, whole)):
            figures[(item, quarter, Window.QUARTER)] = FigureValue(value, State.REPORTED)
    england = BenchmarkValue("England", ENGLAND, "2016-17", 77.2, State.REPORTED)
    evidence = Evidence(
        area=Place("E06000054", "Wiltshire"),
        figures=figures,
        sources={},
        populations={},
        benchmarks={(CONFERENCES.benchmark, ENGLAND): {"2016-17": england}},
        neighbour_lists=(),
        thresholds={CONFERENCES.code: (Threshold(CONFERENCES.code, date(2013, 4, 1), 80, 70),)},
    )
    return read_measures(
        [CONFERENCES],
        evidence,
        LAST,
        Window.QUARTER,
        audience_for=lambda measure: audience,
        rules=JudgementRules(),
        region_code="E12000009",
        points=points,
    )[CONFERENCES.code]
