from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from dataset.models import QuarterlyReturn, ReturnState
from dataset.versioning import RowChanges, compare_rows
from tests.builders import (
    QUARTER,
    a_client,
    a_csv,
    a_restatement,
    a_standing_board,
    a_user,
    an_accepted_return,
    counts_file,
    referral_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def two_versions() -> tuple[QuarterlyReturn, QuarterlyReturn]:
    """Of three rows one goes, one changes its age and gender, and two come."""
    lines = referral_lines(5)
    changed = [lines[0], {**lines[1], "age": "10", "gender": "M"}, lines[3], lines[4]]
    return an_accepted_return(a_csv(lines[:3])), an_accepted_return(a_csv(changed))


def test_rows_are_matched_by_their_own_number() -> None:
    assert compare_rows(*two_versions()) == RowChanges(2, 1, 1, 1, (("age", 1), ("gender", 1)))


def test_the_order_of_rows_is_no_change() -> None:
    lines = referral_lines(3)
    found = compare_rows(an_accepted_return(a_csv(lines)), an_accepted_return(a_csv(lines[::-1])))
    assert found == RowChanges(0, 0, 0, 3) and found.is_none


def test_totals_have_no_rows() -> None:
    first = an_accepted_return(counts_file("CSC", QUARTER), return_type="partner_counts")
    second = an_accepted_return(counts_file("CSC", QUARTER, contacts=11), return_type="partner_counts")
    assert compare_rows(first, second) is None


def test_the_page_says_what_changed_without_showing_a_row(django_assert_num_queries: object) -> None:
    first, second = two_versions()
    officer = a_client(a_user("data_officer", "CSC"))
    address = reverse("returns:compare", args=[second.public_id, first.public_id])
    with django_assert_num_queries(9):  # type: ignore[operator]
        page = officer.get(address).content.decode()
    assert "from version 1 to version 2" in page and "OFFICIAL-SENSITIVE" in page
    assert '<th scope="row" class="column-name">age</th>' in page
    assert not any(word in page for word in ("R00001", "C00001", first.key_fingerprint))


def test_versions_of_different_returns_are_not_compared() -> None:
    one, other = an_accepted_return(), an_accepted_return(quarter=QUARTER - 1)
    officer = a_client(a_user("data_officer", "CSC"))
    assert officer.get(reverse("returns:compare", args=[one.public_id, other.public_id])).status_code == 404


def test_an_officer_withdraws_and_is_told_what_stands() -> None:
    first, second = two_versions()
    officer = a_client(a_user("data_officer", "CSC"))
    page = officer.post(reverse("returns:withdraw", args=[second.public_id]), {"reason": "wrong file"}, follow=True)
    assert "Version 2 is withdrawn. Version 1 stands again." in page.content.decode()
    assert page.redirect_chain[-1][0] == reverse("returns:detail", args=[first.public_id])


def test_without_a_reason_the_page_comes_again_and_says_so() -> None:
    version = an_accepted_return()
    officer = a_client(a_user("data_officer", "CSC"))
    page = officer.post(reverse("returns:withdraw", args=[version.public_id]), {"reason": " "})
    assert page.status_code == 422 and "Give a reason" in page.content.decode()
    assert QuarterlyReturn.objects.get().state == ReturnState.ACCEPTED


def test_a_manager_locks_a_quarter() -> None:
    version = an_accepted_return()
    manager = a_client(a_user("manager", "BOARD"))
    page = manager.post(reverse("returns:lock"), {"quarter": QUARTER.slug}, follow=True)
    assert "can no longer be withdrawn" in page.content.decode()
    shown = manager.get(reverse("returns:detail", args=[version.public_id])).content.decode()
    assert "it can be corrected, not withdrawn" in shown and "Withdraw version" not in shown


def test_a_year_is_looked_at_and_accepted_by_its_page(django_assert_num_queries: object) -> None:
    year = a_restatement()
    officer = a_client(a_user("data_officer", "CSC"))
    address = reverse("returns:restatement", args=[year.public_id])
    with django_assert_num_queries(14):  # type: ignore[operator]
        shown = officer.get(address).content.decode()
    assert "The four quarters" in shown and "OFFICIAL-SENSITIVE" in shown
    page = officer.post(reverse("returns:accept_year", args=[year.public_id]), follow=True).content.decode()
    assert "4 quarters were accepted together for 2015-16" in page
