"""The doors: signing in and out, choosing a password, and no way to register oneself."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.actions import save_user
from tests.builders import PASSWORD, a_client, a_user

pytestmark = pytest.mark.django_db

NEW = "quite another long password"


def sign_in(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def page_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_sign_in_page_opens_to_anyone_and_offers_no_registration() -> None:
    page = page_of(a_client().get(reverse("account_login")))
    assert '<label for="id_login">E-mail address</label>' in page
    assert '<label for="id_password">Password</label>' in page
    assert "placeholder" not in page
    assert reverse("account_reset_password") in page
    assert "ask the board manager" in page
    assert "sign up" not in page.lower()


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/", "/accounts/social/signup/"])
def test_registration_is_not_there(path: str) -> None:
    assert a_client(a_user("manager")).get(path).status_code == 404


def test_no_address_is_named_for_registration() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_the_adapter_keeps_registration_shut_should_its_address_return(rf) -> None:  # type: ignore[no-untyped-def]
    from allauth.account.adapter import get_adapter

    assert get_adapter().is_open_for_signup(rf.get("/")) is False


@pytest.mark.parametrize("typed", ["officer@example.org", "Officer@Example.ORG", " officer@example.org "])
def test_signing_in_whatever_the_case(typed: str) -> None:
    user = a_user(email="officer@example.org")
    client = a_client()
    response = sign_in(client, typed, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/")  # type: ignore[attr-defined]
    assert client.session["_auth_user_id"] == str(user.pk)


def test_one_goes_on_to_the_page_one_came_for_but_never_off_the_site() -> None:
    a_user(email="officer@example.org")
    ahead = sign_in(a_client(), "officer@example.org", PASSWORD, next="/returns/")
    assert ahead.headers["Location"] == "/returns/"  # type: ignore[attr-defined]
    off_site = sign_in(a_client(), "officer@example.org", PASSWORD, next="https://elsewhere.example/")
    assert off_site.headers["Location"] == "/"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("email", "password", "link", "words"),
    [
        ("officer@example.org", "wrong", "#id_login", "do not match an account"),
        ("nobody@example.org", "wrong", "#id_login", "do not match an account"),
        ("officer", "wrong", "#id_login", "Enter a valid email address"),
        ("officer@example.org", "", "#id_password", "This field is required"),
    ],
)
def test_a_refusal_is_told_at_the_top_with_a_link_to_its_field(
    email: str, password: str, link: str, words: str
) -> None:
    a_user(email="officer@example.org")
    page = page_of(sign_in(a_client(), email, password))
    summary = re.search(r'<div class="errors".*?</div>', page, re.S)
    assert summary is not None
    assert f'<a href="{link}">' in summary[0]
    assert words in summary[0]
    assert "<title>Error: " in page
    assert f'id="{link[1:]}"' in page
    assert f'value="{email}"' in page


def test_someone_inactive_is_told_whom_to_ask() -> None:
    a_user(email="gone@example.org", is_active=False)
    client = a_client()
    sign_in(client, "gone@example.org", PASSWORD)
    assert "_auth_user_id" not in client.session
    assert "ask the board manager" in page_of(client.get(reverse("account_inactive")))


def test_repeated_guesses_are_stopped() -> None:
    a_user(email="officer@example.org")
    client = a_client()
    for _ in range(6):
        sign_in(client, "officer@example.org", "a guess")
    response = sign_in(client, "officer@example.org", PASSWORD)
    assert "_auth_user_id" not in client.session
    assert "too many attempts" in page_of(response)


def test_signing_out_asks_first_and_ends_the_session() -> None:
    client = a_client(a_user())
    assert "Stay signed in" in page_of(client.get(reverse("account_logout")))
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def link_in_the_mail() -> str:
    found = re.search(r"https?://testserver(\S+)", mail.outbox[-1].body)
    assert found is not None, mail.outbox[-1].body
    return found[1]


def test_a_link_lets_one_choose_a_new_password_once() -> None:
    user = a_user(email="officer@example.org")
    client = a_client()
    response = client.post(reverse("account_reset_password"), {"email": "Officer@example.org"}, follow=True)
    assert "on its way" in page_of(response)
    assert mail.outbox[0].subject == "WSCB: Choose your password"
    assert mail.outbox[0].to == ["officer@example.org"]

    link = link_in_the_mail()
    form = client.get(link, follow=True)
    assert "<h1>Choose a new password</h1>" in page_of(form)
    there = form.redirect_chain[-1][0]  # type: ignore[attr-defined]
    refused = page_of(client.post(there, {"password1": "short", "password2": "short"}))
    assert '<a href="#id_password1">This password is too short' in refused
    saved = client.post(there, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is saved" in page_of(saved)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "This link no longer works" in page_of(a_client().get(link, follow=True))


def test_an_unknown_address_gets_the_same_page_and_no_mail() -> None:
    response = a_client().post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert "on its way" in page_of(response)
    assert mail.outbox == []


def test_changing_a_password_needs_the_old_one_and_signs_out() -> None:
    user = a_user()
    client = a_client(user)
    there = reverse("account_change_password")
    assert "<h1>Change your password</h1>" in page_of(client.get(there))
    wrong = client.post(there, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert '<a href="#id_oldpassword">This is not your current password' in page_of(wrong)
    done = client.post(there, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert done.headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_confirming_it_is_oneself() -> None:
    client = a_client(a_user(email="manager@example.org"))
    there = reverse("account_reauthenticate")
    # A password that was just typed is asked for again only where the session does not know of it.
    page = page_of(client.get(there, follow=True))
    assert "<h1>Confirm it is you</h1>" in page
    wrong = page_of(client.post(there, {"password": "wrong"}))
    assert "This is not your password" in wrong


def test_a_former_address_no_longer_opens_the_door() -> None:
    manager, user = a_user("manager"), a_user(email="former@example.org")
    a_client().post(reverse("account_reset_password"), {"email": "former@example.org"})
    assert EmailAddress.objects.filter(email="former@example.org").exists()
    user.refresh_from_db()
    user.email = "present@example.org"
    save_user(user=user, changed=["email"], by=manager)
    client = a_client()
    sign_in(client, "former@example.org", PASSWORD)
    assert "_auth_user_id" not in client.session
    sign_in(client, "present@example.org", PASSWORD)
    assert "_auth_user_id" in client.session
