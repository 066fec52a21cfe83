"""What a version changed, and what a candidate would change: truly counted, in words, as the reader may see it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from dataset.definitions import DataItem, Measure, State
from dataset.ingest.storing import accept_return
from dataset.ingest.withdrawing import withdraw_return
from dataset.models import QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.rehearsal import Change, Key, changes, stored_totals
from dataset.rehearsing.outlook import Readers, Rehearsal, rehearse
from dataset.rehearsing.recounting import recount
from dataset.suppression import Audience
from tests.builders import (
    A_REASON,
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_threshold,
    a_user,
    an_accepted_return,
    counts_file,
    marac_lines,
    missing_file,
    purged,
    referral_lines,
)

pytestmark = pytest.mark.django_db
MISSING = {"return_type": "missing_episodes", "supplier": "MISS"}
MARAC = {"return_type": "marac_cases", "supplier": "POL"}


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def a_year() -> QuarterlyReturn:
    """Four quarters of missing episodes, the last of two children; its version."""
    for number in (1, 2, 3):
        quarter = Quarter(QUARTER.start_year, number)
        an_accepted_return(missing_file(["A"], quarter), quarter=quarter, **MISSING)
    return an_accepted_return(missing_file(["A", "B"]), **MISSING)


def restricted(of: DataItem | Measure) -> Audience:
    return Audience.RESTRICTED


def executive(of: DataItem | Measure) -> Audience:
    return Audience.EXECUTIVE


def found(version: QuarterlyReturn, before: QuarterlyReturn | None) -> list[Change]:
    return changes(version, before, restricted, 5)


def rehearsed(
    version: QuarterlyReturn,
    standing: QuarterlyReturn | None = None,
    audience: Callable[[DataItem | Measure], Audience] = restricted,
) -> Rehearsal:
    return rehearse(version, standing, Readers(audience, audience))


def page_of(version: QuarterlyReturn) -> str:
    page = a_client(a_user("data_officer", version.supplier)).get(f"/returns/{version.public_id}/")
    return " ".join(page.content.decode().split())


def windows_of(version: QuarterlyReturn) -> dict[Key, tuple[int | None, State, str]]:
    return {
        key: (figure.value, figure.state, figure.note)
        for key, figure in stored_totals(version).items()
        if key[2] is not Window.QUARTER
    }


def test_a_withdrawn_version_keeps_the_totals_that_it_was_counted_into() -> None:
    a_year()
    version = an_accepted_return(missing_file(["A", "B", "C", "D"]), **MISSING)
    before = windows_of(version)
    withdraw_return(version=version, by=None, reason="sent for the wrong quarter")
    assert before and windows_of(version) == before


def test_children_over_a_purged_quarter_are_told_as_they_will_be_counted() -> None:
    a_year()
    purged(QuarterlyReturn.objects.get(quarter_ordinal=(QUARTER - 1).ordinal))
    candidate = a_candidate(missing_file(["C"]), **MISSING)
    told = {key: (one.value, one.state, one.note) for key, one in recount(candidate, "", {}).items()}
    accepted = accept_return(candidate=candidate, by=None, reason=A_REASON)
    assert State.NOT_AVAILABLE in {state for _, state, _ in told.values()}
    assert told == windows_of(accepted)


def decided(number: int, quick: int, quarter: Quarter = QUARTER) -> bytes:
    """Referrals of which so many were decided on the day, and the rest at the quarter's end."""
    lines = referral_lines(number, quarter)
    for line in lines[quick:]:
        line["decision_date"] = f"{quarter.end:%d/%m/%Y}"
    return a_csv(lines)


# An accepted version


def test_an_accepted_version_shows_its_longer_windows() -> None:
    first = a_year()
    second = an_accepted_return(missing_file(["A", "B", "C"]), **MISSING)
    year = [change for change in found(second, first) if change.window is Window.YEAR_TO_DATE]
    assert (2, 3) in [(one.before and one.before.value, one.after and one.after.value) for one in year]


def test_a_longer_window_that_the_version_before_could_not_count_is_no_change() -> None:
    """The third quarter's first version came before there was a year for it to be part of."""
    third = Quarter(QUARTER.start_year, 3)
    first = an_accepted_return(missing_file(["A", "B"], third), quarter=third, **MISSING)
    for number in (1, 2, 4):
        quarter = Quarter(QUARTER.start_year, number)
        an_accepted_return(missing_file(["A"], quarter), quarter=quarter, **MISSING)
    second = an_accepted_return(missing_file(["A", "B"], third, hours_missing="7"), quarter=third, **MISSING)
    compared = found(second, first)
    assert any(change.before is None for change in compared)
    assert not any(change.is_change for change in compared)


# A candidate


def test_the_totals_of_a_candidate_have_the_longer_windows_that_acceptance_would_count() -> None:
    standing = a_year()
    totals = rehearsed(a_candidate(missing_file(["A", "B", "C"]), **MISSING), standing).totals
    children = {(one.quarter, one.window): one for one in totals if one.item.code == "children_missing"}
    assert children[(QUARTER, Window.YEAR_TO_DATE)].difference == 1
    assert children[(QUARTER, Window.ROLLING_YEAR)].difference == 1


def test_the_same_figures_change_no_measure_and_say_so() -> None:
    standing = a_year()
    same = a_candidate(missing_file(["A", "B"], hours_missing="7"), **MISSING)
    assert rehearsed(same, standing).changes.sentence == "Accepting this changes no measure."
    assert "0 of" in page_of(same)


def test_a_status_that_turns_red_comes_first_with_its_reason() -> None:
    a_threshold("FD05", 80, 60)
    standing = an_accepted_return(decided(40, 36))
    changes = rehearsed(a_candidate(decided(40, 10)), standing).changes
    [flip, *_] = changes.flips
    assert (flip.was.word, flip.will_be.word, flip.turns_red) == ("on target", "off target", True)
    assert "1 status turns red: " in changes.sentence
    assert flip.periods.startswith(f"{QUARTER}: quarter")
    page = page_of(QuarterlyReturn.objects.get(version=None))
    lead, first_tag, then = (page.index(text) for text in (changes.sentence, "On target", "Off target"))
    assert lead < first_tag < then < page.index("Accept this return")


def test_the_first_return_of_a_quarter_is_said_to_give_values_and_which_are_red() -> None:
    a_threshold("FD05", 80, 60)
    sentence = rehearsed(a_candidate(decided(40, 10))).changes.sentence
    assert sentence.startswith("Accepting this gives ")
    assert f"their values for {QUARTER}; 1 of them is red: " in sentence


def test_a_correction_moves_the_later_quarters_whose_windows_hold_it_and_says_by_how_much() -> None:
    quarters = [Quarter(QUARTER.start_year, number) for number in (1, 2, 3, 4)]
    first, *_ = [an_accepted_return(marac_lines(40, quarter), quarter=quarter, **MARAC) for quarter in quarters]
    changes = rehearsed(a_candidate(marac_lines(50, quarters[0]), quarter=quarters[0], **MARAC), first).changes
    later = {
        (move.quarter, move.window): (move.now_text, move.after_text, move.difference_text)
        for row in changes.later
        for move in row.moves
        if move.measure.code == "DA03" and move.is_change
    }
    assert later == {
        (quarters[1], Window.YEAR_TO_DATE): ("80", "90", "+10 (+12.5%)"),
        (quarters[2], Window.YEAR_TO_DATE): ("120", "130", "+10 (+8.3%)"),
        (quarters[3], Window.YEAR_TO_DATE): ("160", "170", "+10 (+6.3%)"),
        (quarters[3], Window.ROLLING_YEAR): ("160", "170", "+10 (+6.3%)"),
    }


def test_no_difference_is_told_where_a_side_is_hidden() -> None:
    standing = an_accepted_return(marac_lines(3), **MARAC)
    told = rehearsed(a_candidate(marac_lines(40), **MARAC), standing, executive)
    [cases] = [m for m in told.changes.moves if m.measure.code == "DA03" and m.window is Window.QUARTER]
    assert (cases.now_text, cases.after_text) == ("hidden to protect children", "40")
    assert (cases.difference, cases.difference_text, cases.is_new) == (None, "", False)
    assert all(one.difference is None for one in told.totals if one.item.code == "marac_cases")


def test_what_moves_between_two_hidden_numbers_is_not_told_at_all() -> None:
    standing = an_accepted_return(marac_lines(3), **MARAC)
    candidate = a_candidate(marac_lines(5), **MARAC)

    def moved(audience: Callable[[DataItem | Measure], Audience]) -> set[str]:
        return {move.measure.code for move in rehearsed(candidate, standing, audience).changes.moves if move.is_change}

    assert "DA03" in moved(restricted)
    assert "DA03" not in moved(executive)


def test_rows_are_told_by_outcome_beside_the_version_before() -> None:
    lines = referral_lines(8)
    standing = an_accepted_return(a_csv(lines))
    lines[0]["outcome"] = lines[1]["outcome"] = "no further action"
    outcomes = rehearsed(a_candidate(a_csv(lines)), standing).outcomes
    assert outcomes is not None
    rows = {one.name: (one.before_text, one.after_text) for one in outcomes.rows}
    assert rows == {"Assessment": ("8", "6"), "No further action": ("0", "2")}


def test_rows_with_a_query_are_told_from_those_that_stand() -> None:
    lines = referral_lines(8)
    lines[3]["locality"] = "Nowhere"
    told = rehearsed(a_candidate(a_csv(lines)))
    assert (told.queried, told.as_they_stand) == (1, 7)


def test_returns_that_the_measures_still_lack_are_named() -> None:
    candidate = a_candidate(missing_file(["A"]), **MISSING)
    lacking = {(name, one.return_type, one.quarter, one.is_overdue) for name, one in rehearsed(candidate).lacking}
    assert ("Missing co-ordinators", "missing_episodes", QUARTER - 1, True) in lacking
    assert "Missing co-ordinators: missing episodes for" in page_of(candidate)


def test_an_item_that_a_correction_leaves_out_is_rehearsed_as_gone() -> None:
    """Totals of a record return may be sent while no rows are, and may be left out of the next version."""
    more = [{"item": "marac_cases", "value": "50"}]
    sent = {"return_type": "partner_counts", "supplier": "POL"}
    standing = an_accepted_return(counts_file("POL", QUARTER, more), **sent)
    told = rehearsed(a_candidate(counts_file("POL", QUARTER), **sent), standing)
    gone = [move for move in told.changes.moves if move.measure.code == "DA03" and move.window is Window.QUARTER]
    assert [(move.now_text, move.after_text) for move in gone] == [("50", "not returned")]
    assert [(one.item.code, one.before, one.after) for one in told.revisions] == [("marac_cases", 50, None)]


@pytest.mark.parametrize("quarters", [3, 7])
def test_a_rehearsal_costs_the_same_queries_however_much_stands(
    django_assert_num_queries: DjangoAssertNumQueries, quarters: int
) -> None:
    """From a whole year on: before that there is no longer window to count again."""
    for back in range(quarters, 0, -1):
        an_accepted_return(missing_file(["A", "B"], QUARTER - back), quarter=QUARTER - back, **MISSING)
    candidate = a_candidate(missing_file(["A", "B", "C"] * (1 + 20 * (quarters > 3))), **MISSING)
    with django_assert_num_queries(21):
        rehearsed(candidate)
