"""What every visitor meets at the doors: the health check, sign-in, and the headers on each answer."""

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import NoReverseMatch, reverse

import wscb.health


@pytest.mark.django_db
def test_health_answers_anyone(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_health_says_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def cursor(self) -> None:
            raise DatabaseError("could not connect to postgres://someone:secret@db")

    monkeypatch.setattr(wscb.health, "connection", Silent())
    response = client.get("/health")
    assert response.status_code == 503
    assert b"secret" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
def test_one_can_reach_the_sign_in_pages_signed_out(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_change_password", "admin:index"])
def test_other_pages_lead_to_sign_in(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_nobody_registers_themselves() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.django_db
def test_no_answer_may_be_stored_framed_or_run_anything_from_elsewhere(client: Client) -> None:
    response = client.get(reverse("account_login"))
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]
