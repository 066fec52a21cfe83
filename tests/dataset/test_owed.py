"""What was never owed, or is not due yet, is not called 'not returned', and nobody is blamed for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from dataset import boardtime
from dataset.definitions import Kind, State, Timing
from dataset.derivation import Owed, derive
from dataset.evidence import Evidence, Place
from dataset.measures import ITEMS, MEASURES
from dataset.models import Obligation
from dataset.parts import SENT_AS_TOTALS, Term
from dataset.periods import Quarter, Window
from dataset.readings import Awaited, Reading, read_measures
from dataset.selectors import default_quarter, latest_quarter, load_evidence
from dataset.status import JudgementRules
from dataset.suppression import Audience
from tests.builders import (
    FIRST_OWED,
    QUARTER,
    a_benchmark,
    a_csv,
    a_place,
    a_standing_board,
    an_accepted_return,
    counts_file,
    marac_lines,
    missing_file,
    on,
    referral_lines,
)
from tests.dataset.examples import Q4, count, figure, figures, item, measure

FIRST = Quarter(2015, 1)
OWED = {code: Owed((Term(FIRST, due=Q4),)) for code in ("in_time", "held", "episodes")}
BEGIN = "The board’s returns of this begin with 2015-16 Q1."


# The arithmetic ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarter", "state", "causes"),
    [
        (FIRST - 1, State.NOT_AVAILABLE, (BEGIN,)),
        (FIRST, State.NOT_RETURNED, ()),
        (Q4, State.NOT_RETURNED, ()),
        (Q4 + 1, State.NOT_DUE, ("It waits for the return for 2017-18 Q1.",)),
    ],
)
@pytest.mark.parametrize("timing", [Timing.IN_QUARTER, Timing.AT_QUARTER_END, Timing.DISTINCT_YEAR_TO_DATE])
def test_an_absent_quarter_is_only_called_not_returned_where_it_is_due(
    timing: Timing, quarter: Quarter, state: State, causes: tuple[str, ...]
) -> None:
    found = derive(measure(timing=timing), {}, quarter, Window.QUARTER, owed=OWED)
    assert (found.state, found.missing, found.causes) == (state, (quarter,), causes)


def test_what_nobody_owes_and_what_is_owed_no_more_are_not_available() -> None:
    ended = Owed((Term(FIRST, last=FIRST + 1), Term(FIRST + 4)))
    assert ended.absence(FIRST + 2).cause == "No return of this was owed for 2015-16 Q3."
    assert ended.is_overdue(FIRST + 1) and ended.is_overdue(FIRST + 4) and not ended.is_overdue(FIRST + 3)
    found = derive(count(), {}, Q4, Window.QUARTER, owed={"episodes": Owed()})
    assert (found.state, found.causes) == (State.NOT_AVAILABLE, ("No supplier owes a return of this.",))


def test_twelve_months_that_reach_before_the_first_return_are_not_available() -> None:
    stored = figures({"episodes": {FIRST: 4, FIRST + 1: 5}})
    found = derive(count(), stored, FIRST + 1, Window.ROLLING_YEAR, owed=OWED)
    assert (found.state, found.missing, found.causes) == (State.NOT_AVAILABLE, (FIRST - 2, FIRST - 1), (BEGIN,))
    assert derive(count(), stored, FIRST + 1, Window.YEAR_TO_DATE, owed=OWED).value == 9


def test_a_return_that_is_overdue_is_named_before_what_was_never_owed() -> None:
    found = derive(count(), figures({"episodes": {FIRST + 1: 5}}), FIRST + 1, Window.ROLLING_YEAR, owed=OWED)
    assert (found.state, found.missing, found.causes) == (State.NOT_RETURNED, (FIRST,), ())


def test_a_year_is_not_told_without_the_quarter_that_is_still_to_come() -> None:
    """Unlike a quarter in which the supplier says that nothing was due, which is left out of the sum."""
    owed = {"episodes": Owed((Term(FIRST, due=Q4 - 1),))}
    stored = figures({"episodes": dict.fromkeys((Q4 - 1).back(3), 5)})
    found = derive(count(), stored, Q4, Window.YEAR_TO_DATE, owed=owed)
    assert (found.state, found.value, found.missing) == (State.NOT_DUE, None, (Q4,))
    stored[("episodes", Q4, Window.QUARTER)] = figure(None, State.NOT_DUE)
    assert derive(count(), stored, Q4, Window.YEAR_TO_DATE, owed=owed).value == 15


def test_a_figure_that_came_before_anything_was_owed_stands() -> None:
    found = derive(count(), figures({"episodes": {FIRST - 1: 7}}), FIRST - 1, Window.QUARTER, owed=OWED)
    assert found.value == 7


class TestAnnual:
    checks = count(timing=Timing.ANNUAL)

    def test_the_last_value_owed_and_due_is_the_one_that_is_missing(self) -> None:
        late = derive(self.checks, {}, Quarter(2016, 2), Window.QUARTER, owed=OWED)
        assert (late.state, late.missing) == (State.NOT_RETURNED, (Quarter(2015, 4),))
        not_yet = derive(self.checks, {}, Quarter(2015, 3), Window.QUARTER, owed=OWED)
        assert not_yet.state is State.NOT_DUE
        before = derive(self.checks, {}, FIRST - 1, Window.QUARTER, owed=OWED)
        assert (before.state, before.causes) == (State.NOT_AVAILABLE, (BEGIN,))

    def test_a_value_whose_day_has_not_passed_is_not_late(self) -> None:
        stored = figures({"episodes": {Quarter(2015, 4): 7}})
        now, later = (
            derive(self.checks, stored, Q4, Window.QUARTER, owed={"episodes": Owed((Term(FIRST, due=due),))})
            for due in (Q4 - 1, Q4)
        )
        assert (now.value, now.notes) == (7, ())
        assert later.notes == ("The value due for 2016-17 Q4 has not been returned.",)

    @pytest.mark.parametrize("window", list(Window))
    def test_what_the_board_itself_does_not_keep_is_owed_by_nobody(self, window: Window) -> None:
        (code,) = MEASURES["PA07"].items[:1]
        assert (ITEMS[code].source, ITEMS[code].timing) == ("system", Timing.ANNUAL)
        for quarter in Q4.back(4):
            found = derive(MEASURES["PA07"], {}, quarter, window, items=ITEMS)
            assert found.state is State.NOT_AVAILABLE
            assert found.causes == ("The board does not keep a record of this here yet.",)


def test_children_sent_as_totals_cannot_be_counted_again_over_a_year() -> None:
    children = count(timing=Timing.DISTINCT_YEAR_TO_DATE)
    stored = figures({"episodes": dict.fromkeys(Q4.back(4), 20)})
    for window in (Window.YEAR_TO_DATE, Window.ROLLING_YEAR):
        found = derive(children, stored, Q4, window)
        assert (found.state, found.missing, found.causes) == (State.NOT_AVAILABLE, (), (SENT_AS_TOTALS,))
    assert derive(children, stored, Q4, Window.QUARTER).value == 20


def test_children_of_a_quarter_that_the_supplier_could_not_give_keep_its_state() -> None:
    stored = figures({"episodes": dict.fromkeys(Q4.back(4), 20)})
    stored[("episodes", Q4 - 1, Window.QUARTER)] = figure(None, State.NOT_APPLICABLE)
    found = derive(count(timing=Timing.DISTINCT_YEAR_TO_DATE), stored, Q4, Window.YEAR_TO_DATE)
    assert (found.state, found.missing) == (State.NOT_APPLICABLE, (Q4 - 1,))


def test_an_item_without_terms_is_owed_as_before() -> None:
    found = derive(count(kind=Kind.COUNT), {}, Q4, Window.QUARTER, items={"episodes": item("episodes")}, owed={})
    assert found.state is State.NOT_RETURNED


# The readings ------------------------------------------------------------------------------------------


def read(code: str, found: Evidence, quarter: Quarter, window: Window, audience: Audience) -> Reading:
    return read_measures(
        [MEASURES[code]], found, quarter, window,
        audience_for=lambda _: audience, rules=JudgementRules(), region_code="E12000009", points=4,
    )[code]  # fmt: skip


def evidence(owed: dict[tuple[str, str], Owed] | None) -> Evidence:
    return Evidence(Place("E06000054", "Wiltshire"), {}, {}, {}, {}, (), {}, owed=owed)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_reader_is_told_why_and_whose_return_is_owed(audience: Audience) -> None:
    owed = {("referrals", "CSC"): Owed((Term(FIRST),))}
    before = read("FD04", evidence(owed), FIRST - 1, Window.QUARTER, audience)
    assert before.status.reason == f"Not available in January to March 2015. {BEGIN}"
    assert before.awaited == ()
    after = read("FD04", evidence(owed), FIRST, Window.ROLLING_YEAR, audience)
    assert after.status.reason == "Not returned: 2015-16 Q1, still owed by CSC."
    known = replace(evidence(owed), supplier_names={"CSC": "Children's social care"})
    named = read("FD04", known, FIRST, Window.QUARTER, audience)
    assert named.status.reason == "Not returned: 2015-16 Q1, still owed by Children's social care."
    assert after.awaited == (Awaited("CSC", "referrals", FIRST),)


def test_a_return_that_was_never_owed_is_not_awaited_beside_one_that_is() -> None:
    """Contacts, which referrals are a part of, come with another return that is owed from a quarter later."""
    owed = {("referrals", "CSC"): Owed((Term(FIRST),)), ("partner_counts", "CSC"): Owed((Term(FIRST + 1),))}
    late = read("FD02", evidence(owed), FIRST + 1, Window.YEAR_TO_DATE, Audience.RESTRICTED)
    assert late.value.missing == (FIRST, FIRST + 1)
    assert late.awaited == (
        Awaited("CSC", "referrals", FIRST),
        Awaited("CSC", "referrals", FIRST + 1),
        Awaited("CSC", "partner_counts", FIRST + 1),
    )
    assert read("FD02", evidence({}), FIRST + 1, Window.YEAR_TO_DATE, Audience.RESTRICTED).awaited == ()


# The door ----------------------------------------------------------------------------------------------


@pytest.fixture
def board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def state_of_referrals(quarter: Quarter, as_at: date | None = None) -> State:
    rereferrals = MEASURES["FD04"]
    found = load_evidence([rereferrals], quarter, as_at=boardtime.end_of(as_at) if as_at else None)
    assert found is not None
    return read("FD04", found, quarter, Window.QUARTER, Audience.RESTRICTED).value.state


@pytest.mark.usefixtures("board")
def test_a_return_is_missed_only_after_the_day_it_was_due() -> None:
    """Thirty days after the quarter's end: 2016-17 Q4 by 30 April."""
    assert state_of_referrals(FIRST_OWED - 1) is State.NOT_AVAILABLE
    assert state_of_referrals(FIRST_OWED) is State.NOT_RETURNED
    days = (date(2017, 2, 1), date(2017, 4, 30), date(2017, 5, 1))
    assert [state_of_referrals(QUARTER, day) for day in days] == [State.NOT_DUE, State.NOT_DUE, State.NOT_RETURNED]
    with on(date(2017, 4, 30)):
        assert state_of_referrals(QUARTER) is State.NOT_DUE
    Obligation.objects.update(days_after_quarter_end=0)
    assert state_of_referrals(QUARTER, date(2017, 3, 31)) is State.NOT_DUE
    assert state_of_referrals(QUARTER, date(2017, 4, 1)) is State.NOT_RETURNED


@pytest.mark.usefixtures("board")
def test_a_return_ends_with_its_last_quarter() -> None:
    Obligation.objects.filter(return_type="referrals").update(last_quarter=(QUARTER - 1).ordinal)
    assert state_of_referrals(QUARTER - 1) is State.NOT_RETURNED
    assert state_of_referrals(QUARTER) is State.NOT_AVAILABLE


def most_of(quarter: Quarter) -> None:
    """Half of the returns that the board owes for the quarter, or more."""
    Obligation.objects.exclude(return_type__in=["referrals", "marac_cases", "missing_episodes"]).exclude(
        return_type="partner_counts", supplier__code="POL"
    ).delete()
    an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    an_accepted_return(marac_lines(quarter=quarter), return_type="marac_cases", supplier="POL", quarter=quarter)


@pytest.mark.usefixtures("board")
def test_pages_open_on_the_newest_quarter_of_which_half_is_in(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert default_quarter() is None
    most_of(QUARTER - 1)
    file = missing_file("ab", QUARTER)
    an_accepted_return(file, return_type="missing_episodes", supplier="MISS", quarter=QUARTER)
    with django_assert_num_queries(2):
        assert default_quarter() == QUARTER - 1
    assert latest_quarter() == QUARTER
    with on(date(2017, 5, 25)):
        an_accepted_return(counts_file("POL", QUARTER), return_type="partner_counts", supplier="POL")
    with on(date(2017, 5, 26)):
        assert default_quarter() == QUARTER
        assert default_quarter(boardtime.end_of(date(2017, 5, 24))) == QUARTER - 1


@pytest.mark.usefixtures("board")
def test_where_no_quarter_is_half_in_pages_open_on_the_newest() -> None:
    for quarter in (QUARTER - 1, QUARTER):
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    assert default_quarter() == QUARTER


@pytest.mark.usefixtures("board")
def test_a_published_figure_is_not_known_before_it_was_published() -> None:
    england = a_place("E92000001", "England", "national")
    a_benchmark("re_referral_pct", england, 21.9, period="2015-16")
    a_benchmark("re_referral_pct", england, 22.3, published_on=date(2017, 5, 10))
    periods = []
    for day in (date(2017, 5, 9), date(2017, 5, 10)):
        found = load_evidence([MEASURES["FD04"]], QUARTER, as_at=boardtime.end_of(day))
        assert found is not None
        periods.append(max(found.benchmarks[("re_referral_pct", england.code)]))
    assert periods == ["2015-16", "2016-17"]
