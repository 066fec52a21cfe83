"""A version's page and its acts: what they say once something else has moved on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, Event
from accounts.roles import Role
from dataset import boardtime
from dataset.ingest.locking import lock_returns
from dataset.ingest.mapping import forget_name, remember_names
from dataset.ingest.storing import accept_return
from dataset.ingest.withdrawing import why_not_withdrawn, withdraw_return
from dataset.models import QuarterlyReturn
from dataset.permissions import can_accept_return, candidates_visible_to
from dataset.reminding import letters_on, send_letter
from dataset.returns import RETURN_TYPES
from tests.builders import (
    QUARTER,
    REFERRAL_COLUMNS,
    a_candidate,
    a_client,
    a_csv,
    a_restatement,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
WHY = "sent for the wrong quarter"


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def page_of(version: QuarterlyReturn) -> str:
    page = a_client(a_user(Role.DATA_OFFICER)).get(reverse("returns:detail", args=[version.public_id]))
    return " ".join(page.content.decode().split())


def test_a_candidate_would_become_the_number_after_the_last_withdrawn_ones_included() -> None:
    an_accepted_return()
    withdraw_return(version=an_accepted_return(a_csv(referral_lines(4))), by=None, reason=WHY)
    candidate = a_candidate(a_csv(referral_lines(5)))
    page = page_of(candidate)
    accepted = accept_return(candidate=candidate, by=None, reason="late records")
    assert (accepted.version, "Version 3</dd>" in page) == (3, True)


def test_it_is_not_the_first_where_another_was_withdrawn() -> None:
    assert "the first for this quarter" in page_of(a_candidate())
    withdraw_return(version=an_accepted_return(), by=None, reason=WHY)
    assert "the first for this quarter" not in page_of(a_candidate(a_csv(referral_lines(5))))


def test_a_stale_candidate_says_what_an_acceptance_would() -> None:
    version = an_accepted_return()
    candidate = a_candidate(a_csv(referral_lines(5)))
    withdraw_return(version=version, by=None, reason=WHY)
    assert "Version 1 of this return was withdrawn after you uploaded yours." in page_of(candidate)


def test_a_candidate_over_a_day_old_is_neither_shown_nor_offered() -> None:
    candidate = a_candidate()
    candidate.uploaded_at = timezone.now() - timedelta(days=2)
    candidate.save()
    officer = a_user(Role.DATA_OFFICER)
    page = a_client(officer).get(reverse("returns:detail", args=[candidate.public_id]))
    assert page.status_code == 404
    assert not candidates_visible_to(officer).exists()
    assert not can_accept_return(officer, candidate)


def test_one_quarter_of_a_year_is_not_said_to_be_abandoned() -> None:
    one = a_restatement().returns.first()
    assert one is not None
    client = a_client(a_user(Role.DATA_OFFICER))
    page = client.post(reverse("returns:abandon", args=[one.public_id]), follow=True).content.decode()
    assert "This quarter is one of a year" in page and "nothing of it is kept" not in page


def test_a_version_is_said_to_be_locked_on_the_boards_own_day() -> None:
    version = an_accepted_return()
    with boardtime.at(timezone.make_aware(datetime(2017, 5, 25, 0, 30))):
        assert lock_returns(quarter=QUARTER, by=None) == 1
    version.refresh_from_db()
    assert "25 May" in why_not_withdrawn(version, version)


def test_a_file_whose_column_names_were_forgotten_still_gives_its_copy() -> None:
    officer, kind, agency = a_user(Role.DATA_OFFICER), RETURN_TYPES["referrals"], an_agency("CSC")
    theirs = {name: f"Field {chr(65 + place)} x" for place, name in enumerate(REFERRAL_COLUMNS)}
    remember_names(supplier=agency, return_type=kind, theirs_of=theirs, by=officer)
    lines = [{theirs[name]: cell for name, cell in line.items()} for line in referral_lines()]
    content = a_csv(lines, list(theirs.values()))
    version = an_accepted_return(content)
    for name in theirs.values():
        forget_name(supplier=agency, return_type=kind, theirs=name, by=officer)
    address = reverse("returns:annotated_version", args=[version.public_id])
    copy = a_client(officer).post(address, {"file": SimpleUploadedFile("r.csv", content)})
    assert (copy.status_code, copy["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_a_nil_return_sent_without_a_file_gives_an_empty_copy() -> None:
    version = an_accepted_return(b"", nil=True)
    address = reverse("returns:annotated_version", args=[version.public_id])
    client = a_client(a_user(Role.DATA_OFFICER))
    assert client.post(address, {"file": SimpleUploadedFile("r.csv", b"")}).status_code in (200, 302)


def test_the_trail_names_the_queries_that_were_answered_whatever_the_form_says() -> None:
    lines = referral_lines(4)
    lines[0]["locality"] = "Salisbry"
    version = an_accepted_return(a_csv(lines))
    form = {
        "which": "ticked",
        "only": str(version.findings.get(line=2).pk),
        "code": "crafted words",
        "column": "x",
        "answer": "Checked: it is right as sent.",
    }
    a_client(a_user(Role.DATA_OFFICER)).post(reverse("returns:answer", args=[version.public_id]), form)
    event = Event.objects.get(verb="queries.answered")
    assert event.detail == {"code": "unknown_locality", "column": "locality", "count": 1}


def test_who_was_reminded_is_reminded_again_once_the_return_is_withdrawn() -> None:
    officer = a_user(Role.DATA_OFFICER)

    def told(day: date) -> int:
        with on(day):
            letters = [one for one in letters_on(day)[0] if one.person == officer]
            for letter in letters:
                send_letter(letter)
        reminders = [one.due for letter in letters for one in letter.reminders]
        return sum(due.return_type == "referrals" and due.quarter == QUARTER for due in reminders)

    assert (told(date(2017, 5, 1)), told(date(2017, 5, 2))) == (1, 0)
    with on(date(2017, 5, 2)):
        version = an_accepted_return()
    with on(date(2017, 5, 3)):
        withdraw_return(version=version, by=None, reason=WHY)
    assert told(date(2017, 5, 4)) == 1


def test_what_an_agency_that_is_gone_still_owes_can_be_ended() -> None:
    Agency.objects.filter(code="POL").update(active=False)
    form = {"what": "POL:marac_cases", "first": QUARTER.slug, "days": "", "ends": "on"}
    assert a_client(a_user(Role.MANAGER)).post(reverse("returns:schedule"), form).status_code == 302
