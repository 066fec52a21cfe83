"""Questions about returns and figures, and the lists that answer them: each the other's twin."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import Agency, User
from accounts.roles import Role
from dataset.measures import MEASURES
from dataset.models import QuarterlyReturn
from dataset.permissions import (
    audience_for,
    can_accept_return,
    can_see_return,
    can_upload_return,
    candidates_visible_to,
    owners_of,
    returns_visible_to,
    suppliers_to_upload_for,
)
from dataset.suppression import Audience
from tests.builders import (
    QUARTER,
    a_candidate,
    a_membership,
    a_standing_board,
    a_user,
    an_accepted_return,
    marac_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    """An accepted return and a waiting one of each of two agencies."""
    with a_standing_board(tmp_path / "identifier.key"):
        an_accepted_return()
        an_accepted_return(marac_lines(), return_type="marac_cases", supplier="POL")
        a_candidate(quarter=QUARTER - 1)
        a_candidate(marac_lines(quarter=QUARTER - 1), return_type="marac_cases", supplier="POL", quarter=QUARTER - 1)
        yield


def people() -> list[User]:
    both = a_user(Role.DATA_OFFICER, "CSC")
    a_membership(both, Role.EXECUTIVE, "POL")
    return [a_user(role, "CSC") for role in Role] + [both, a_user(), a_user(Role.MANAGER, is_active=False)]


def test_the_lists_hold_exactly_what_the_questions_allow() -> None:
    returns = list(QuarterlyReturn.objects.select_related("supplier"))
    for person in people():
        seen = set(returns_visible_to(person)) | set(candidates_visible_to(person))
        assert seen == {one for one in returns if can_see_return(person, one)}
        suppliers = Agency.objects.all()
        assert set(suppliers_to_upload_for(person)) == {one for one in suppliers if can_upload_return(person, one)}


def test_an_accepted_return_can_be_accepted_by_nobody() -> None:
    accepted = QuarterlyReturn.objects.get(return_type="referrals", version=1)
    assert not any(can_accept_return(person, accepted) for person in people())


def test_an_officer_accepts_their_own_agencys_candidates_alone() -> None:
    officer = a_user(Role.DATA_OFFICER, "CSC")
    waiting = QuarterlyReturn.objects.filter(version=None)
    assert [one.supplier.code for one in waiting if can_accept_return(officer, one)] == ["CSC"]


@pytest.mark.parametrize(
    ("role", "own", "other", "shared"),
    [
        (Role.DATA_OFFICER, "restricted", "executive", "executive"),
        (Role.AGENCY_LEAD, "restricted", "executive", "executive"),
        (Role.EXECUTIVE, "executive", "executive", "executive"),
        (Role.QUALITY, "restricted", "restricted", "restricted"),
        (Role.AUDITOR, "restricted", "restricted", "restricted"),
    ],
)
def test_small_numbers_are_for_those_whose_figures_they_are(role: Role, own: str, other: str, shared: str) -> None:
    """FD04 is children's social care's, DA04 the police's; what is nobody's is for the board's own eyes."""
    answer = audience_for(a_user(role, "CSC"))
    of_nobody = next(measure for measure in MEASURES.values() if not owners_of(measure))
    found = [str(answer(measure)) for measure in (MEASURES["FD04"], MEASURES["DA04"], of_nobody)]
    assert found == [own, other, shared]


def test_a_measure_of_two_suppliers_is_restricted_only_to_those_who_hold_both() -> None:
    two = replace(MEASURES["FD04"], denominator="marac_cases")
    first, second = owners_of(two)
    one_sided = a_user(Role.AGENCY_LEAD, first)
    assert audience_for(one_sided)(two) is Audience.EXECUTIVE
    both = a_user(Role.AGENCY_LEAD, first)
    a_membership(both, Role.AGENCY_LEAD, second)
    assert audience_for(both)(two) is Audience.RESTRICTED
