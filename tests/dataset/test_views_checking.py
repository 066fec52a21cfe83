"""The page of a check in the background: its stages, what stops it, and the same end as in the request."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from dataset.ingest.background import check_staged
from dataset.ingest.staging import Claim
from dataset.ingest.storing import abandon_candidate, accept_return
from dataset.models import CheckStage, QuarterlyReturn, ReturnState, StagedUpload
from tests.builders import (
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_staged_upload,
    a_standing_board,
    a_user,
    an_accepted_return,
    referral_lines,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WHAT_IS_KEPT = "The file itself is not kept: its name, size, fingerprint, number of rows and what was found in it are."
Commits = Callable[..., Any]


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.BACKGROUND_ABOVE_BYTES = 500
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officer() -> User:
    return a_user(Role.DATA_OFFICER, "CSC")


@pytest.fixture
def client(officer: User) -> Client:
    return a_client(officer)


def send(client: Client, content: bytes, **how: Any) -> Any:
    file = SimpleUploadedFile("referrals.csv", content)
    fields = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, "file": file}
    return client.post("/returns/upload/", fields, **how)


def page_of(upload: StagedUpload) -> str:
    return f"/returns/checking/{upload.public_id}/"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def moved(upload: StagedUpload, stage: CheckStage, minutes: int = 0) -> None:
    StagedUpload.objects.filter(pk=upload.pk).update(
        stage=stage, stage_at=timezone.now() - timedelta(minutes=minutes), attempts=1
    )


def checked(upload: StagedUpload) -> StagedUpload:
    check_staged.call(upload.public_id)
    upload.refresh_from_db()
    return upload


def spoiled(number: int = 40) -> bytes:
    return a_csv([line | {"age": "200"} for line in referral_lines(number)])


# From the upload page ----------------------------------------------------------------------------------


def test_a_file_over_the_size_is_checked_in_the_background_and_a_smaller_one_in_the_request(
    client: Client, settings: Any
) -> None:
    content = a_csv(referral_lines(5))
    settings.BACKGROUND_ABOVE_BYTES = len(content)
    assert send(client, content)["Location"].startswith(f"/returns/{QuarterlyReturn.objects.get().public_id}/")
    assert not StagedUpload.objects.exists()
    settings.BACKGROUND_ABOVE_BYTES = len(content) - 1
    assert send(client, content)["Location"] == page_of(StagedUpload.objects.get())


def test_with_htmx_the_browser_is_led_to_the_checks_own_page(client: Client) -> None:
    answer = send(client, a_csv(referral_lines(40)), headers=HTMX)
    assert answer["HX-Redirect"] == page_of(StagedUpload.objects.get())


def test_with_the_immediate_backend_the_page_shows_the_end_at_once(
    client: Client, officer: User, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, a_csv(referral_lines(40)))
    candidate = QuarterlyReturn.objects.get()
    assert client.get(answer["Location"])["Location"] == f"/returns/{candidate.public_id}/"
    assert (candidate.uploaded_by, candidate.row_count) == (officer, 40)


def test_the_same_file_pressed_twice_leads_to_the_check_that_is_going_on(client: Client) -> None:
    first, second = (send(client, a_csv(referral_lines(40)))["Location"] for _ in range(2))
    assert first == second


def test_the_upload_page_says_what_becomes_of_a_large_file_and_of_any(client: Client, settings: Any) -> None:
    settings.BACKGROUND_ABOVE_BYTES = 2 * 1024 * 1024
    page = text_of(client.get("/returns/upload/")).replace("\xa0", " ")
    assert "A file of over 2.0 MB is checked in the background" in page
    assert (
        "The file itself is not kept: its name, size, fingerprint, number of rows and what was found in it are." in page
    )


def test_the_page_of_an_accepted_return_says_what_is_kept_of_its_file(client: Client) -> None:
    page = text_of(client.get(f"/returns/{an_accepted_return().public_id}/"))
    assert (
        "The file itself is not kept: its name, size, fingerprint, number of rows and what was found in it are." in page
    )


# While it goes on --------------------------------------------------------------------------------------


def test_the_stages_stand_in_order_with_the_present_one_marked(client: Client) -> None:
    upload = a_staged_upload(a_csv(referral_lines(40)))
    moved(upload, CheckStage.HASHING)
    page = text_of(client.get(page_of(upload)))
    steps = re.findall(r"<li class=\"stages__step.*?</li>", page)
    assert [re.sub(r"<[^>]+>", "", step) for step in steps] == [
        "Waiting to be checked done",
        "Reading the file done",
        "Checking every cell done",
        "Replacing identifiers now",
        "Comparing with earlier returns to come",
        "Storing what would be accepted to come",
    ]
    assert [step for step in steps if 'aria-current="step"' in step] == [steps[3]]
    assert "Stage 4 of 6: replacing identifiers." in page
    assert '<progress class="progress" max="6" value="3" aria-label=' in page
    assert "referrals.csv" in page and "encrypted" in page


def test_a_return_without_identifiers_has_no_stage_for_them(client: Client) -> None:
    manager = a_client(a_user(Role.MANAGER, "BOARD"))
    upload = a_staged_upload(b"x" * 600, return_type="partner_counts", supplier="POL")
    assert "Replacing identifiers" not in text_of(manager.get(page_of(upload)))


def test_a_page_that_asks_again_gets_nothing_until_it_has_moved(client: Client) -> None:
    upload = a_staged_upload()
    asked = re.search(r'data-hx-get="([^"]+)"', text_of(client.get(page_of(upload))))
    assert asked is not None
    assert client.get(asked[1], headers=HTMX).status_code == 204
    moved(upload, CheckStage.CHECKING)
    part = client.get(asked[1], headers=HTMX)
    assert part.status_code == 200
    page = text_of(part)
    assert "<html" not in page and page.startswith("<title>Checking: referrals, 2016-17 Q4")
    assert 'id="check-said" data-hx-swap-oob="innerHTML"' in page
    assert "?shown=checking" in page


def test_it_survives_a_reload_a_sign_out_and_another_device(client: Client, officer: User) -> None:
    upload = a_staged_upload(by=officer)
    moved(upload, CheckStage.COMPARING)
    before = text_of(client.get(page_of(upload)))
    client.logout()
    assert client.get(page_of(upload)).status_code == 302
    for again in (client, a_client()):
        again.force_login(officer)
        assert "Stage 5 of 6" in before
        assert "Stage 5 of 6" in text_of(again.get(page_of(upload)))


def test_looking_moves_nothing(client: Client) -> None:
    upload = a_staged_upload()
    before = StagedUpload.objects.values().get()
    for headers in ({}, HTMX):
        client.get(page_of(upload), headers=headers)
    client.get("/returns/")
    assert StagedUpload.objects.values().get() == before


def test_it_costs_the_same_however_large_the_file_and_reads_none_of_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (3, 2000):
        upload = a_staged_upload(a_csv(referral_lines(rows)))
        with django_assert_num_queries(4) as queries:
            client.get(page_of(upload))
        assert not any('"content"' in query["sql"] for query in queries.captured_queries)


def test_it_is_listed_among_the_returns_until_it_is_over(client: Client) -> None:
    upload = a_staged_upload(spoiled())
    moved(upload, CheckStage.READING)
    link = f'href="{page_of(upload)}"'
    page = text_of(client.get("/returns/"))
    assert link in page and "Reading the file" in page
    moved(upload, CheckStage.READING, minutes=6)
    assert "Stopped: try again" in text_of(client.get("/returns/"))
    moved(upload, CheckStage.WAITING)
    assert checked(upload).stage == CheckStage.REFUSED
    assert "Refused: there is something to put right" in text_of(client.get("/returns/"))
    corrected = checked(a_staged_upload(a_csv(referral_lines(40))))
    page = text_of(client.get("/returns/"))
    assert link not in page and f'href="{page_of(corrected)}"' not in page


def test_others_are_not_told_of_it() -> None:
    upload = a_staged_upload()
    police = a_client(a_user(Role.DATA_OFFICER, "POL"))
    lead = a_client(a_user(Role.AGENCY_LEAD, "CSC"))
    for other in (police, lead):
        assert upload.public_id not in text_of(other.get("/returns/"))


# What it ends in ---------------------------------------------------------------------------------------


def test_a_page_that_asks_again_is_led_to_the_candidate(client: Client) -> None:
    upload = checked(a_staged_upload())
    assert upload.candidate is not None
    answer = client.get(f"{page_of(upload)}?shown=storing", headers=HTMX)
    assert answer["HX-Redirect"] == f"/returns/{upload.candidate.public_id}/"


def test_after_acceptance_the_old_address_leads_to_the_version(client: Client) -> None:
    upload = checked(a_staged_upload())
    assert upload.candidate is not None
    accept_return(candidate=upload.candidate, by=None)
    page = text_of(client.get(page_of(upload), follow=True))
    assert "This version stands" in page


def test_after_it_was_abandoned_the_old_address_says_so(client: Client) -> None:
    upload = checked(a_staged_upload())
    assert upload.candidate is not None
    abandon_candidate(candidate=upload.candidate, by=None)
    assert "was checked, and is no longer waiting" in text_of(client.get(page_of(upload), follow=True))


def findings_part(page: str) -> str:
    return (
        page[page.index("What was found in the file") : page.index("Take away a copy")]
        + page[page.index('<div class="stack">') :]
    )


def test_a_refused_file_is_shown_its_findings_exactly_as_on_the_upload_page(client: Client, settings: Any) -> None:
    content = spoiled().replace(b"referral_date", b"Date of contact", 1)
    upload = checked(a_staged_upload(content))
    background = text_of(client.get(page_of(upload)))
    settings.BACKGROUND_ABOVE_BYTES = len(content)
    direct = text_of(send(client, content))
    assert findings_part(background) == findings_part(direct)
    assert "40 lines, age" in background and "Does your system name columns otherwise?" in background
    assert '<option value="referrals" selected>' in background


def test_the_page_of_a_refused_file_says_plainly_that_the_copy_needs_the_file_again(client: Client) -> None:
    upload = checked(a_staged_upload(spoiled()))
    page = text_of(client.get(page_of(upload)))
    assert "The file was deleted when its check ended." in page
    assert "It is made from the file itself, which is not kept: choose it again above first." in page


def test_a_page_that_asks_again_is_led_to_the_findings(client: Client) -> None:
    upload = checked(a_staged_upload(spoiled()))
    assert client.get(page_of(upload), headers=HTMX)["HX-Redirect"] == page_of(upload)


def test_the_file_that_stands_already_is_told_so(client: Client) -> None:
    standing = an_accepted_return()
    page = text_of(client.get(page_of(checked(a_staged_upload()))))
    assert "Nothing changed: this is the file that is already accepted" in page
    assert f'href="/returns/{standing.public_id}/"' in page


def test_the_findings_cost_the_same_however_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (3, 60):
        upload = checked(a_staged_upload(spoiled(rows)))
        with django_assert_num_queries(6):
            client.get(page_of(upload))


# When it stops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [CheckStage.CHECKING, CheckStage.RETRY])
def test_a_check_that_stopped_says_so_and_is_tried_again(
    stage: CheckStage, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    standing = an_accepted_return()
    upload = a_staged_upload(a_csv(referral_lines(5)))
    moved(upload, stage, minutes=6)
    page = text_of(client.get(page_of(upload)))
    assert "The check stopped before its end" in page and "Try again" in page
    assert "data-hx-get" not in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{page_of(upload)}again/")
    assert answer["Location"] == page_of(upload)
    candidate = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert client.get(answer["Location"])["Location"] == f"/returns/{candidate.public_id}/"
    assert candidate.replaces_version == standing.version


def test_a_check_that_nobody_took_up_says_so(client: Client) -> None:
    upload = a_staged_upload()
    StagedUpload.objects.update(stage_at=timezone.now() - timedelta(minutes=6))
    assert "Nothing has taken the file up yet" in text_of(client.get(page_of(upload)))


def test_after_the_last_attempt_one_is_told_whom_to_tell(client: Client) -> None:
    upload = a_staged_upload()
    StagedUpload.objects.update(stage=CheckStage.RETRY, attempts=3)
    page = text_of(client.get(page_of(upload)))
    assert "It was tried 3 times. Tell the system’s administrator" in page
    assert f"{page_of(upload)}again/" not in page
    assert "not one to be tried again" in text_of(client.post(f"{page_of(upload)}again/", follow=True))


def test_a_check_is_ended_and_its_file_deleted_at_will(client: Client) -> None:
    upload = a_staged_upload()
    claim = Claim.take(upload.public_id)
    page = text_of(client.post(f"{page_of(upload)}delete/", follow=True))
    assert "nothing of the file is kept" in page
    assert claim is not None and not StagedUpload.objects.exists()
    assert client.get(page_of(upload)).status_code == 404


@override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
def test_with_a_queue_the_page_waits_for_a_worker(client: Client, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, a_csv(referral_lines(40)))
    assert "Stage 1 of 6: waiting to be checked." in text_of(client.get(answer["Location"]))


def test_deleting_leaves_a_candidate_of_the_same_return_alone(client: Client) -> None:
    candidate = a_candidate()
    client.post(f"{page_of(a_staged_upload())}delete/")
    assert QuarterlyReturn.objects.get() == candidate
