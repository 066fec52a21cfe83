"""What an address chooses, and what is said of an address that cannot be used."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from dashboard.choices import Choice
from dataset import boardtime
from dataset.periods import Quarter, Window

LATEST = Quarter(2016, 4)
FIRST_DAY = date(2013, 7, 20)


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with boardtime.at(datetime(2017, 5, 24, 9, tzinfo=UTC)):
        yield


def latest_by(moment: datetime) -> Quarter | None:
    """Each quarter was returned twenty days after its end, the first of them in July 2013."""
    if moment.date() < FIRST_DAY:
        return None
    newest = Quarter.of(moment.date()) - 1
    return newest if (moment.date() - newest.end).days >= 20 else newest - 1


def choose(query: str, *models: str) -> Choice:
    chosen = Choice.from_query(QueryDict(query), LATEST, window=Window.YEAR_TO_DATE, latest_by=latest_by)
    return chosen.among(models)


def test_an_address_without_a_query_chooses_the_newest_quarter_today() -> None:
    assert choose("") == Choice(quarter=LATEST, latest=LATEST, window=Window.YEAR_TO_DATE)
    assert choose("").moment is None


def test_everything_can_be_chosen() -> None:
    choice = choose("quarter=2015-16-Q2&window=rolling_year&as_at=2016-12-31&neighbours=old", "new", "old")
    assert (choice.quarter, choice.window, choice.as_at) == (Quarter(2015, 2), Window.ROLLING_YEAR, date(2016, 12, 31))
    assert (choice.neighbours, choice.problems) == ("old", ())
    assert choice.moment == boardtime.end_of(date(2016, 12, 31))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "quarter=2017-18-Q1",
            "Nothing has been returned for 2017-18 Q1 yet. 2016-17 Q4, the newest quarter, is shown.",
        ),
        ("quarter=9998-99-Q4", "“9998-99-Q4” is not a quarter; write it like 2016-17 Q3. 2016-17 Q4 is shown."),
        ("quarter=0001-02-Q1", "“0001-02-Q1” is not a quarter; write it like 2016-17 Q3. 2016-17 Q4 is shown."),
        ("quarter=soon", "“soon” is not a quarter; write it like 2016-17 Q3. 2016-17 Q4 is shown."),
        (
            "window=fortnight",
            "There is no window “fortnight”; choose one of: quarter, year to date, rolling 12 months.",
        ),
        ("neighbours=ours", "There is no neighbour set “ours”. The sets are: new, old. The one in force is shown."),
        ("as_at=yesterday", "“yesterday” is not a date like 2017-05-24. The board as it stands today is shown."),
        ("as_at=2017-02-30", "“2017-02-30” is not a date like 2017-05-24."),
        ("as_at=2013-07-19", "Nothing had been returned by 19 July 2013. The board as it stands today is shown."),
        ("as_at=0001-01-01", "Nothing had been returned by 1 January 1. The board as it stands today is shown."),
        ("as_at=2017-05-25", "25 May 2017 is still to come. The board as it stands today is shown."),
        ("as_at=9999-12-31", "31 December 9999 is still to come."),
    ],
)
def test_what_cannot_be_used_is_told_with_what_is_shown_instead(query: str, told: str) -> None:
    choice = choose(query, "new", "old")
    assert len(choice.problems) == 1
    assert choice.problems[0].startswith(told)
    assert replace(choice, problems=()) == choose("")


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(choose("quarter=x&window=x&as_at=x&neighbours=x").problems) == 4


def test_a_past_day_shows_the_newest_quarter_of_that_day() -> None:
    choice = choose("as_at=2016-08-01")
    assert (choice.quarter, choice.latest, choice.next) == (Quarter(2016, 1), Quarter(2016, 1), None)
    told = choose("as_at=2016-08-01&quarter=2016-17-Q2").problems
    assert told == ("Nothing has been returned for 2016-17 Q2 yet. 2016-17 Q1, the newest quarter, is shown.",)


def test_the_neighbouring_quarters() -> None:
    assert (choose("").previous, choose("").next) == (Quarter(2016, 3), None)
    assert choose("quarter=2015-16-Q4").next == Quarter(2016, 1)


def test_the_query_gives_the_same_view_again() -> None:
    query = "quarter=2015-16-Q2&window=rolling_year&as_at=2016-12-31&neighbours=old"
    choice = choose(query, "old")
    assert choose(choice.query()[1:], "old") == choice
    assert choice.query(quarter=Quarter(2014, 1)).startswith("?quarter=2014-15-Q1&window=rolling_year")
    assert "as_at" not in choice.query(as_at=None)


def test_what_is_typed_is_encoded_in_the_query() -> None:
    assert choose("").query(neighbours='a&b="<') == "?quarter=2016-17-Q4&window=year_to_date&neighbours=a%26b%3D%22%3C"
