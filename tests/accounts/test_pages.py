"""What templates know of the reader, and the pages that say no."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views.defaults import permission_denied, server_error

from accounts.context_processors import who
from accounts.models import User
from accounts.roles import Right
from tests.builders import a_client, a_membership, a_user

pytestmark = pytest.mark.django_db


def request_by(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = None
    return request


def test_navigation_knows_the_rights_held_anywhere(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = a_user("data_officer", "CSC")
    a_membership(user, "executive", "POL")
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        context = who(request_by(user))
    assert {name for name, held in context["rights"].items() if held} == {
        "see_summary", "see_dashboard", "see_measure", "see_dictionary", "download_template", "see_calendar",
        "see_return", "upload_return", "accept_return", "answer_query", "withdraw_return", "see_restricted_figures",
    }  # fmt: skip
    assert context["roles"] == ["Data officer", "Executive member"]


def test_nobody_signed_in_has_no_right_and_costs_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        context = who(request_by(AnonymousUser()))
    assert context == {"rights": dict.fromkeys(Right.values, False), "roles": []}


def test_a_refusal_repeats_its_reason_and_the_roles_held() -> None:
    response = permission_denied(
        request_by(a_user("executive")), PermissionDenied("You may not do <that>. Ask the board manager.")
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert "You may not do &lt;that&gt;. Ask the board manager." in page
    assert "Executive member" in page


def test_a_refusal_without_a_reason_still_says_whom_to_ask() -> None:
    page = permission_denied(request_by(a_user()), PermissionDenied()).content.decode()
    assert "ask the board manager" in page
    assert "not been given a role yet" in page


def test_a_missing_page_says_so() -> None:
    response = a_client(a_user("executive")).get("/no-such-page/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "<h1>Page not found</h1>" in page and "There is nothing at this address" in page


def test_a_missing_thing_is_told_in_the_words_of_its_page() -> None:
    response = a_client(a_user("executive")).get("/dashboard/teatime/")
    assert (response.status_code, "There is no dashboard “teatime”." in response.content.decode()) == (404, True)


def test_a_stale_form_says_what_to_do() -> None:
    page = render_to_string("403_csrf.html", request=request_by(AnonymousUser()))
    assert "Go back, load the page again" in page


def test_a_fault_needs_neither_database_nor_session_to_say_so(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        response = server_error(request_by(AnonymousUser()))
    assert response.status_code == 500
    assert "tell the board manager" in response.content.decode()
