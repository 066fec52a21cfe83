"""What a page's address chooses: quarter, window, neighbour set and as-at moment, so that any view can be sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import QueryDict

from dataset import boardtime
from dataset.narrative import day as said
from dataset.periods import PeriodError, Quarter, Window


@dataclass(frozen=True, slots=True)
class Choice:
    """The view asked for. `problems` says what in the address could not be used, and what was shown instead."""

    quarter: Quarter
    latest: Quarter
    window: Window
    neighbours: str = ""
    as_at: date | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(
        cls,
        query: QueryDict,
        latest: Quarter,
        *,
        window: Window,
        latest_by: Callable[[datetime], Quarter | None],
        default_by: Callable[[datetime | None], Quarter | None] | None = None,
    ) -> "Choice":
        """Read the address's query; what cannot be used falls back and is told in `problems`.

        `latest` is the newest quarter returned, `latest_by` says which was at a moment. `default_by` says which is
        shown where the address names none: the latest, unless given. Whether the neighbour set exists is asked by
        `among`, when the sets are known.
        """
        problems: list[str] = []
        choice = cls(quarter=latest, latest=latest, window=window)
        if text := query.get("as_at", "").strip():
            choice = choice._as_at(_day(text, problems), latest_by, problems)

        def default() -> Quarter:
            return (default_by(choice.moment) if default_by else None) or choice.latest

        quarter = _quarter(query.get("quarter", "").strip(), choice.latest, default, problems)
        choice = replace(choice, quarter=quarter)
        if text := query.get("window", "").strip():
            choice = replace(choice, window=_window(text, window, problems))
        return replace(choice, neighbours=query.get("neighbours", "").strip(), problems=tuple(problems))

    def _as_at(
        self, day: date | None, latest_by: Callable[[datetime], Quarter | None], problems: list[str]
    ) -> "Choice":
        """The board as it stood at the day's end, with the newest quarter that was returned by then."""
        if day is None:
            return self
        then = latest_by(boardtime.end_of(day))
        if then is None:
            problems.append(f"Nothing had been returned by {said(day)}. The board as it stands today is shown.")
            return self
        return replace(self, quarter=then, latest=then, as_at=day)

    def among(self, models: tuple[str, ...]) -> "Choice":
        """This choice with its neighbour set, or a problem where there is none of that name."""
        if not self.neighbours or self.neighbours in models:
            return self
        known = ", ".join(models) or "none yet"
        problem = f"There is no neighbour set “{self.neighbours}”. The sets are: {known}. The one in force is shown."
        return replace(self, neighbours="", problems=(*self.problems, problem))

    @property
    def moment(self) -> datetime | None:
        """The as-at moment: the chosen day's end, None for now."""
        return boardtime.end_of(self.as_at) if self.as_at else None

    @property
    def previous(self) -> Quarter:
        return self.quarter - 1

    @property
    def next(self) -> Quarter | None:
        return self.quarter + 1 if self.quarter < self.latest else None

    def query(self, **changes: object) -> str:
        """The query string of this view with some of its choices changed; every choice is in it, so it can be sent."""
        asked = {"quarter": self.quarter.slug, "window": str(self.window), "neighbours": self.neighbours}
        asked["as_at"] = self.as_at.isoformat() if self.as_at else ""
        for name, value in changes.items():
            asked[name] = value.slug if isinstance(value, Quarter) else str(value or "")
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def _quarter(text: str, latest: Quarter, default: Callable[[], Quarter], problems: list[str]) -> Quarter:
    if not text:
        return default()
    try:
        quarter = Quarter.parse(text)
    except PeriodError as problem:
        shown = default()
        problems.append(f"{problem} {shown} is shown.")
        return shown
    if quarter > latest:
        problems.append(f"Nothing has been returned for {quarter} yet. {latest}, the newest quarter, is shown.")
        return latest
    return quarter


def _window(text: str, default: Window, problems: list[str]) -> Window:
    try:
        return Window(text)
    except ValueError:
        known = ", ".join(window.label.lower() for window in Window)
        problems.append(f"There is no window “{text}”; choose one of: {known}. {default.label} is shown.")
        return default


def _day(text: str, problems: list[str]) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(f"“{text}” is not a date like 2017-05-24. The board as it stands today is shown.")
        return None
    if day > boardtime.today():
        problems.append(f"{said(day)} is still to come. The board as it stands today is shown.")
        return None
    return day
