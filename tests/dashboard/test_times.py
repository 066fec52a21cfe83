"""Every value is said to be of its own time: carried values, windows, titles, and the quarter a page opens on."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.roles import Role
from dashboard import presenters
from dashboard.choices import Choice
from dashboard.trend import describe, trend_of
from dashboard.views import UNDATED
from dataset import reasons
from dataset.comparison import BenchmarkValue
from dataset.definitions import Breakdown, State, Timing
from dataset.derivation import FigureValue
from dataset.evidence import Evidence, NeighbourList, Place
from dataset.measures import ITEMS, MEASURES
from dataset.periods import Quarter, Window
from dataset.readings import Reading, read_measures
from dataset.status import JudgementRules
from dataset.suppression import Audience
from tests.builders import QUARTER, a_client, a_csv, a_standing_board, a_user, an_accepted_return, referral_lines
from tests.dataset.examples import ENGLAND

Q2, YEAR_BEFORE = Quarter(2016, 2), Quarter(2015, 4)
PEOPLE = {"population_0_17": {2015: 103_000, 2016: 103_549}}


def read(code: str, quarter: Quarter, window: Window, numbers: dict[tuple[str, Quarter], int], **more: Any) -> Reading:
    figures = {(item, one, Window.QUARTER): FigureValue(n, State.REPORTED) for (item, one), n in numbers.items()}
    fields: dict[str, Any] = {"populations": PEOPLE, "benchmarks": {}, "neighbour_lists": (), "thresholds": {}}
    model = more.pop("model", "")
    evidence = Evidence(area=Place("E06000054", "Wiltshire"), figures=figures, sources={}, **{**fields, **more})
    return read_measures(
        [MEASURES[code]], evidence, quarter, window,
        audience_for=lambda _: Audience.RESTRICTED, rules=JudgementRules(), region_code="E12000009",
        points=8, series_window=window, neighbour_model=model,
    )[code]  # fmt: skip


# Carried values ----------------------------------------------------------------------------------------


def carried() -> Reading:
    measure = MEASURES["LA12"]
    assert measure.timing is Timing.ANNUAL
    return read(
        "LA12", Q2, Window.QUARTER, {(item, YEAR_BEFORE): 200 + place for place, item in enumerate(measure.items)}
    )


def test_a_carried_value_is_of_the_quarter_it_was_returned_for() -> None:
    reading = carried()
    card, last = presenters.card(reading), presenters.points(reading)[0]
    assert card.period == "value returned for 2015-16 Q4"
    assert last.quarter == "2016-17 Q2 (as returned for 2015-16 Q4)"
    for told in (presenters.finding(reading), describe(trend_of(reading)), reading.status.reason):
        assert "as returned for 2015-16 Q4" in told
        assert "July to September 2016" not in told and "in 2016-17 Q2" not in told


def test_a_value_in_the_quarter_it_was_returned_for_has_no_note_in_the_table() -> None:
    rows = [row.quarter for row in presenters.points(carried())]
    assert rows[2] == "2015-16 Q4"


def test_our_carried_value_is_named_beside_englands() -> None:
    reading = carried()
    other = replace(reading.value, numerator=1)
    told = reasons.not_compared(reading.measure, replace(other, lower=None, state=State.CONFIDENTIAL), ENGLAND)
    assert "our value returned for 2015-16 Q4 is hidden to protect children" in told


def test_a_population_is_of_its_mid_year() -> None:
    reading = read("CX01", Q2, Window.QUARTER, {})
    assert presenters.card(reading).period == "mid-2016 estimate"
    assert "by the mid-2016 estimate" in presenters.finding(reading)
    assert "by the mid-2016 estimate" in describe(trend_of(reading))


# Rates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("window", "is_annualised"), [(Window.QUARTER, True), (Window.ROLLING_YEAR, False)])
def test_only_less_than_a_year_is_annualised(window: Window, is_annualised: bool) -> None:
    measure = MEASURES["FD03"]
    reading = read("FD03", Q2, window, {(measure.numerator, quarter): 900 for quarter in Q2.back(16)})
    assert ("annualised" in reading.status.reason) is is_annualised
    assert ("annualised" in " ".join(presenters.chart_notes(reading))) is is_annualised


# Titles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["MI02", "MI03", "MI08", "MI10"])
def test_a_title_says_year_to_date_of_a_year_to_date_alone(code: str) -> None:
    measure = MEASURES[code]
    assert presenters.title(measure, Window.YEAR_TO_DATE).endswith("(year to date)")
    for window in (Window.QUARTER, Window.ROLLING_YEAR):
        assert measure.title.startswith(presenters.title(measure, window))
        assert "year to date" not in presenters.title(measure, window)


# Breakdowns --------------------------------------------------------------------------------------------


def test_a_category_of_nothing_is_left_out_of_the_table() -> None:
    measure = MEASURES["PA01"]
    whole = read("PA01", Q2, Window.QUARTER, {(item, Q2): 4 for item in measure.items}).value
    nothing = replace(whole, value=None, numerator=0, denominator=0, state=State.NO_DENOMINATOR)
    none_of_some = replace(whole, value=0.0, numerator=0, denominator=4)
    split = Breakdown("seat", "seat")
    found = {"Police": whole, "Schools": nothing, "Probation": none_of_some}
    table = presenters.breakdown_table(measure, "seat", found, split)
    assert table is not None
    assert [row[0] for row in table["rows"]] == ["Police", "Probation"]
    assert presenters.breakdown_table(measure, "seat", {"Schools": nothing}, split) is None


# Neighbours --------------------------------------------------------------------------------------------


def test_each_point_of_the_neighbours_line_has_the_set_of_its_own_quarter() -> None:
    measure = MEASURES["FD04"]
    lists = (
        NeighbourList("old", date(2007, 1, 1), date(2016, 3, 31), (("E1", "One"),)),
        NeighbourList("new", date(2016, 4, 1), None, (("E2", "Two"),)),
    )
    benchmarks = {
        (measure.benchmark, code): {
            period: BenchmarkValue(name, code, period, value, State.REPORTED) for period in ("2014-15", "2015-16")
        }
        for code, name, value in (("E1", "One", 10.0), ("E2", "Two", 20.0))
    }
    lines = [
        read("FD04", Q2, Window.QUARTER, {}, benchmarks=benchmarks, neighbour_lists=lists, model=model).neighbour_series
        for model in ("", "old")
    ]
    assert lines[0][-4:] == (10.0, 10.0, 20.0, 20.0)
    assert lines[1][-4:] == (10.0, 10.0, 10.0, 10.0)


# Where a page opens ------------------------------------------------------------------------------------


def chosen(query: str, asked: list[Any] | None = None) -> Choice:
    def default_by(moment: Any) -> Quarter | None:
        (asked if asked is not None else []).append(moment)
        return QUARTER - 1

    return Choice.from_query(
        QueryDict(query), QUARTER, window=Window.QUARTER, latest_by=lambda _: QUARTER, default_by=default_by
    )


def test_an_address_without_a_quarter_opens_on_the_default_and_may_go_on_to_the_newest() -> None:
    choice = chosen("")
    assert (choice.quarter, choice.latest, choice.next) == (QUARTER - 1, QUARTER, QUARTER)


def test_an_address_may_choose_any_quarter_with_a_return_and_then_no_default_is_asked_for() -> None:
    asked: list[Any] = []
    assert chosen("quarter=2016-17-Q4", asked).quarter == QUARTER
    assert asked == []


def test_a_quarter_that_is_none_names_the_one_that_is_shown() -> None:
    choice = chosen("quarter=spring")
    assert choice.quarter == QUARTER - 1
    assert choice.problems[0].endswith("2016-17 Q3 is shown.")


@pytest.mark.django_db
def test_the_default_of_a_past_day_is_that_days() -> None:
    asked: list[Any] = []
    choice = chosen("as_at=2017-05-20", asked)
    assert asked == [choice.moment] and choice.moment is not None


# Pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def client(db: None, tmp_path: Path) -> Iterator[Client]:
    with a_standing_board(tmp_path / "identifier.key"):
        an_accepted_return(a_csv(referral_lines(9)))
        yield a_client(a_user(Role.MANAGER, "BOARD"))


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def heading(response: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode())
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("code", [m.code for m in MEASURES.values() if m.timing is Timing.DISTINCT_YEAR_TO_DATE])
def test_a_measure_of_a_year_opens_on_the_year_to_date_and_the_address_may_choose_another(
    client: Client, code: str
) -> None:
    opened, other = client.get(f"/measures/{code}/"), client.get(f"/measures/{code}/?window=quarter")
    assert opened.context["choice"].window is Window.YEAR_TO_DATE
    assert heading(opened) == MEASURES[code].title
    assert other.context["choice"].window is Window.QUARTER
    assert "year to date" not in heading(other)


def test_other_measures_open_on_the_quarter(client: Client) -> None:
    assert client.get("/measures/fd04/").context["choice"].window is Window.QUARTER


@pytest.mark.parametrize("address", ["/", "/dashboard/front_door/", "/measures/fd04/"])
def test_a_past_day_says_that_publication_dates_may_be_unknown(client: Client, address: str) -> None:
    assert UNDATED in words(client.get(f"{address}?as_at=2017-05-24"))
    assert UNDATED not in words(client.get(address))


def test_what_the_board_does_not_keep_is_nobodys_debt(client: Client) -> None:
    assert ITEMS[MEASURES["PA07"].numerator].source == "system"
    told = words(client.get("/measures/pa07/"))
    assert "The board does not keep a record of this here yet." in told
    assert "still owed" not in told
