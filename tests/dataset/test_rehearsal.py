"""What accepting would change: only what it is known to change, and counted truly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.definitions import DataItem
from dataset.models import QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.rehearsal import Change, changes
from dataset.suppression import Audience
from tests.builders import (
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    missing_file,
    referral_lines,
)

pytestmark = pytest.mark.django_db
MISSING = {"return_type": "missing_episodes", "supplier": "MISS"}
AGAIN = "they are counted again on acceptance"


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


def restricted(item: DataItem) -> Audience:
    return Audience.RESTRICTED


def found(version: QuarterlyReturn, before: QuarterlyReturn | None) -> list[Change]:
    return changes(version, before, restricted, 5)


def page_of(version: QuarterlyReturn) -> str:
    page = a_client(a_user("data_officer", version.supplier)).get(f"/returns/{version.public_id}/")
    return " ".join(page.content.decode().split())


def test_a_candidate_is_compared_by_its_quarter_alone() -> None:
    standing = a_year()
    assert Window.YEAR_TO_DATE in {change.window for change in found(standing, None)}
    rehearsed = found(a_candidate(missing_file(["A", "B", "C"]), **MISSING), standing)
    assert {change.window for change in rehearsed} == {Window.QUARTER}
    assert all(change.before and change.after for change in rehearsed)


def test_a_candidate_that_changes_no_figure_says_so_and_what_is_counted_later() -> None:
    a_year()
    same_figures = a_candidate(missing_file(["A", "B"], hours_missing="7"), **MISSING)
    page = page_of(same_figures)
    assert ". 0 of " in page
    assert AGAIN in page


def test_a_return_without_children_counted_once_says_nothing_of_them() -> None:
    an_accepted_return()
    page = page_of(a_candidate(a_csv(referral_lines(4))))
    assert AGAIN not in page
    assert "would change" in page


def test_an_accepted_version_shows_its_longer_windows() -> None:
    first = a_year()
    second = an_accepted_return(missing_file(["A", "B", "C"]), **MISSING)
    year = [change for change in found(second, first) if change.window is Window.YEAR_TO_DATE]
    assert (2, 3) in [(one.before and one.before.value, one.after and one.after.value) for one in year]
    assert AGAIN not in page_of(second)


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
