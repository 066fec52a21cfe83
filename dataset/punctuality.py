"""The board's own machinery, measured: how many returns were due, and how many had come by their day.

Worked out from the calendar on reading, so that it is right as at any moment; nothing of it is stored.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.utils import timezone

from dataset import boardtime
from dataset.definitions import State
from dataset.derivation import FigureValue
from dataset.due import DueReturn, Standing, due_returns
from dataset.periods import Quarter, Window

DUE, ON_TIME = "returns_due", "returns_on_time"
ITEMS_OF_CALENDAR = frozenset({DUE, ON_TIME})
BY_AGENCY = "agency"

Figures = dict[tuple[str, Quarter, Window], FigureValue]
Parts = dict[tuple[str, Quarter, str], dict[str, FigureValue]]


def calendar_figures(
    quarters: Collection[Quarter], moment: datetime | None = None, breakdown: str = ""
) -> tuple[Figures, Parts]:
    """The quarter's figures of both items at the moment (now, where none is given), and their parts by agency where
    those are asked for.

    A return counts once its due day has passed, and is on time where its first version that stands came by then.
    Two queries, whatever the quarters.
    """
    due = due_returns(quarters, moment=moment)
    day = timezone.localtime(moment).date() if moment else boardtime.today()
    figures: Figures = {}
    parts: Parts = {}
    for quarter in quarters:
        of_quarter = [one for one in due if one.quarter == quarter]
        figures |= {(item, quarter, Window.QUARTER): one for item, one in _figures(of_quarter, quarter, day).items()}
        if breakdown == BY_AGENCY:
            for agency in {one.supplier.code for one in of_quarter}:
                theirs = [one for one in of_quarter if one.supplier.code == agency]
                for item, figure in _figures(theirs, quarter, day).items():
                    parts.setdefault((item, quarter, BY_AGENCY), {})[agency] = figure
    return figures, parts


def _figures(owed: Iterable[DueReturn], quarter: Quarter, day: date) -> dict[str, FigureValue]:
    owed = list(owed)
    if not owed:
        cause = f"No return was owed for {quarter}."
        return dict.fromkeys(ITEMS_OF_CALENDAR, FigureValue(None, State.NOT_AVAILABLE, cause=cause))
    fallen_due = [one for one in owed if one.due_on < day]
    if not fallen_due:
        cause = f"The first returns for {quarter} fall due on {min(one.due_on for one in owed):%-d %B %Y}."
        return dict.fromkeys(ITEMS_OF_CALENDAR, FigureValue(None, State.NOT_DUE, cause=cause))
    times = Counter(one.standing.is_in and one.standing is not Standing.LATE for one in fallen_due)
    sources = (f"calendar of returns, {quarter}",)
    return {
        DUE: FigureValue(len(fallen_due), State.REPORTED, sources=sources),
        ON_TIME: FigureValue(times[True], State.REPORTED, sources=sources),
    }
