"""The small steps that every counter takes."""

from datetime import date

from tests.oracle.files import day_of

Answer = dict[str, int | None]


def day_in(text: str) -> date:
    """A date that the return must have."""
    day = day_of(text)
    if day is None:
        raise ValueError("a date is missing")
    return day


def tally(answer: Answer, found: dict[str, bool]) -> None:
    for item, is_so in found.items():
        if is_so:
            add(answer, item)


def add(answer: Answer, item: str) -> None:
    answer[item] = (answer[item] or 0) + 1
