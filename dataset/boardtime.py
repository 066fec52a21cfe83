"""Board time: the one clock for due dates, ages and the as-at default.

The demonstration stands at a moment in the past (the setting BOARD_TIME); everything that the board reads as 'today'
asks here. Security, sessions and the event trail use the real clock, never this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("board_time", default=None)


def now() -> datetime:
    """The board's present moment, aware. The demonstration's day runs on with the real time of day."""
    if (frozen := _frozen.get()) is not None:
        return frozen
    real = timezone.now()
    if not settings.BOARD_TIME:
        return real
    day = date.fromisoformat(str(settings.BOARD_TIME)[:10])
    local = timezone.localtime(real)
    return timezone.make_aware(datetime.combine(day, time(local.hour, local.minute, local.second, local.microsecond)))


def today() -> date:
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold board time at one moment, as when the demonstration's returns are received on their days."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def end_of(day: date) -> datetime:
    """The last moment of a day: 'as at 31 March' includes what was accepted that day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)
