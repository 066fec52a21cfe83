"""Reminders: who hears of what when, each of it once."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from accounts.models import User
from dataset.ingest.withdrawing import withdraw_return
from dataset.models import Obligation, Reminder
from dataset.reminding import letters_on
from tests.builders import a_membership, a_standing_board, a_user, an_accepted_return, on

pytestmark = pytest.mark.django_db
SOON, DUE, LATE, LONG = date(2017, 4, 23), date(2017, 4, 30), date(2017, 5, 1), date(2017, 5, 7)


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        Obligation.objects.exclude(return_type__in=["referrals", "marac_cases"]).delete()
        yield


@pytest.fixture
def officer() -> User:
    return a_user("data_officer", "CSC", email="officer@board.example")


@pytest.fixture
def manager() -> User:
    return a_user("manager", "BOARD", email="manager@board.example")


def remind(day: date, **options: Any) -> dict[str, Any]:
    out = StringIO()
    with on(day):
        call_command("remind", json=True, stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def told() -> list[tuple[str, str]]:
    """To whom, and under which heading, in the order sent."""
    return [(message.to[0], message.subject) for message in mail.outbox]


@pytest.mark.parametrize(
    ("day", "subject"),
    [
        (date(2017, 4, 22), None),
        (SOON, "WSCB: 1 return due soon"),
        (DUE, "WSCB: 1 return due soon"),
        (LATE, "WSCB: 1 return overdue"),
        (LONG, "WSCB: 1 return overdue"),
        (date(2017, 6, 29), "WSCB: 1 return overdue"),
        (date(2017, 6, 30), None),
    ],
)
def test_an_officer_hears_in_time_then_when_it_is_late(officer: User, day: date, subject: str | None) -> None:
    remind(day)
    assert told() == ([(officer.email, subject)] if subject else [])


def test_the_letter_says_what_is_owed_by_when_and_where_to_go(officer: User) -> None:
    remind(SOON)
    body = mail.outbox[0].body
    assert "- Referrals for 2016-17 Q4, Children's social care: by Sunday 30 April 2017\n" in body
    assert "http://localhost:8000/returns/" in body and "nil return" in body


def test_nobody_is_told_twice(officer: User) -> None:
    remind(SOON)
    assert remind(date(2017, 4, 24))["letters"] == []
    remind(LATE)
    remind(date(2017, 5, 2))
    assert [subject for _, subject in told()] == ["WSCB: 1 return due soon", "WSCB: 1 return overdue"]


def test_after_a_week_the_leads_and_the_managers_hear_too(officer: User, manager: User) -> None:
    lead = a_user("agency_lead", "CSC", email="lead@board.example")
    a_user("agency_lead", "POL", email="other@board.example")
    a_user("data_officer", "POL", email="police@board.example")
    remind(date(2017, 5, 6))
    assert {address for address, _ in told()} == {officer.email, "police@board.example"}
    mail.outbox.clear()
    remind(LONG)
    assert {address for address, _ in told()} == {
        officer.email, lead.email, manager.email, "other@board.example", "police@board.example"
    }  # fmt: skip


def test_one_person_gets_one_letter_of_everything(officer: User) -> None:
    a_membership(officer, "data_officer", "POL")
    remind(LATE)
    assert told() == [(officer.email, "WSCB: 2 returns overdue")]


def test_what_has_come_is_not_asked_for(officer: User) -> None:
    with on(date(2017, 4, 20)):
        an_accepted_return()
    assert remind(LATE)["letters"] == []


def test_what_was_withdrawn_is_asked_for_again(officer: User) -> None:
    with on(date(2017, 4, 20)):
        withdraw_return(version=an_accepted_return(), by=None, reason="wrong quarter")
    remind(LATE)
    assert len(mail.outbox) == 1


def test_where_nobody_sends_the_managers_hear(manager: User) -> None:
    report = remind(SOON)
    assert report["agencies_without_data_officer"] == ["CSC", "POL"]
    assert told() == [(manager.email, "WSCB: 2 returns due soon")]


def test_nobody_inactive_is_written_to(officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert remind(LATE)["letters"] == []


def test_a_dry_run_sends_and_keeps_nothing(officer: User) -> None:
    report = remind(date(2017, 5, 20), dry_run=True, date="2017-05-01")
    assert [line["kind"] for letter in report["letters"] for line in letter["returns"]] == ["overdue"]
    assert (report["sent"], mail.outbox, Reminder.objects.count()) == (False, [], 0)


class FailsForOne(EmailBackend):
    """A mail server that takes every letter but one person's."""

    def send_messages(self, messages: Any) -> int:
        if any("officer@board.example" in message.to for message in messages):
            raise SMTPServerDisconnected("gone")
        return super().send_messages(messages)


def test_a_letter_that_failed_is_sent_next_time_and_no_other(officer: User, settings: Any) -> None:
    a_user("data_officer", "CSC", email="second@board.example")
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.FailsForOne"
    with pytest.raises(SystemExit) as left:
        remind(LATE)
    assert (left.value.code, told()) == (1, [("second@board.example", "WSCB: 1 return overdue")])
    settings.EMAIL_BACKEND = usual
    remind(LATE)
    assert [address for address, _ in told()] == ["second@board.example", officer.email]


@pytest.mark.parametrize("options", [{"date": "2017-05-01"}, {"date": "1 May", "dry_run": True}])
def test_a_day_that_cannot_be_used_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(CommandError) as refused:
        remind(LATE, **options)
    assert refused.value.returncode == 2


def test_it_asks_the_same_queries_however_many_are_owed(officer: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        letters_on(LONG)
    Obligation.objects.filter(return_type="referrals").update(first_quarter=1)
    with django_assert_num_queries(6):
        letters_on(LONG)
