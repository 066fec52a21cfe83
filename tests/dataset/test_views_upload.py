"""Uploading a return: findings on their lines, rehearsal, acceptance, and what is refused to whom."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event, User
from accounts.roles import Role
from dataset import boardtime
from dataset.models import Area, QuarterlyReturn, Referral, ReturnState, StoredFinding
from dataset.periods import Quarter
from tests.builders import (
    QUARTER,
    a_board,
    a_candidate,
    a_client,
    a_csv,
    a_user,
    an_accepted_return,
    referral_lines,
)

pytestmark = pytest.mark.django_db
UPLOAD = "/returns/upload/"


@pytest.fixture(autouse=True)
def _board(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The board on 24 May 2017, with a key of its own."""
    settings.IDENTIFIER_KEY_FILE = tmp_path / "identifier.key"
    a_board()
    with boardtime.at(datetime(2017, 5, 24, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def officer() -> User:
    return a_user(Role.DATA_OFFICER, "CSC")


@pytest.fixture
def client(officer: User) -> Client:
    return a_client(officer)


def send(client: Client, content: bytes | None, **changes: str) -> Any:
    fields = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, **changes}
    if content is not None:
        return client.post(UPLOAD, {**fields, "file": SimpleUploadedFile("referrals.csv", content)})
    return client.post(UPLOAD, fields)


def spoiled(line: int, **cells: str) -> bytes:
    """A file with these cells on this line of the spreadsheet."""
    lines = referral_lines(5)
    lines[line - 2].update(cells)
    return a_csv(lines)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_spoiled_cell_is_shown_on_its_line_and_the_accepted_return_stays_whole(client: Client) -> None:
    standing = an_accepted_return()
    before = set(Referral.objects.values_list("pk", flat=True))
    response = send(client, spoiled(4, referral_date="31/02/2017"))
    assert response.status_code == 422
    page = text_of(response)
    assert "<title>Error: Upload a return" in page
    assert '<tr id="error-1"> <td class="number">4</td> <td class="column-name">referral_date</td>' in page
    assert 'href="#error-1"' in page
    assert QuarterlyReturn.objects.get() == standing
    assert set(Referral.objects.values_list("pk", flat=True)) == before


def test_what_was_chosen_stays_chosen_when_the_file_is_refused(client: Client) -> None:
    page = text_of(send(client, spoiled(3, outcome="perhaps"), quarter="2016-17-Q3", nil="on"))
    assert '<option value="referrals" selected>' in page
    assert '<option value="2016-17-Q3" selected>' in page
    assert 'name="nil" aria-describedby="id_nil_helptext" id="id_nil" checked>' in page


def test_a_refused_identifier_is_not_on_the_page(client: Client) -> None:
    response = send(client, spoiled(3, child_id="9434765919"))
    assert response.status_code == 422
    assert "child_id" in text_of(response)
    assert "9434765919" not in text_of(response)


def test_thousands_of_the_same_fault_are_told_once_with_their_lines(client: Client) -> None:
    content = a_csv([{**line, "age": "200", "outcome": "?"} for line in referral_lines(3000)])
    page = text_of(send(client, content))
    assert "6,000 things to put right" in page
    assert page.count('<tr id="error-') == 2
    assert '<strong>3,000 lines</strong><span class="sub findings__lines">2–3001</span>' in page
    assert 'href="#error-1">3,000 lines, age: ' in page


def test_different_faults_of_one_sort_stand_together_and_are_told_apart(client: Client) -> None:
    lines = referral_lines(4)
    for line, text in zip(lines, ("spring", "31/02/2017", "spring", "summer"), strict=True):
        line["referral_date"] = text
    page = text_of(send(client, a_csv(lines)))
    assert "The cell is not a date." in page and "For example, on line 2:" in page
    assert "spring <span" in page and "lines 2 and 4" in page
    assert page.count('<tr id="error-') == 1


def test_a_refused_file_says_how_it_was_read(client: Client) -> None:
    content = b"Our export\n" + spoiled(3, age="200").replace(b",", b";")
    page = text_of(send(client, content))
    assert "Read as UTF-8 text, cells separated by semicolons." in page
    assert "Column names on line 2, then 5 rows, on lines 3 to 7." in page


def test_a_candidate_says_how_its_file_was_read(client: Client) -> None:
    page = text_of(client.get(send(client, a_csv(referral_lines(3)))["Location"]))
    assert "Read as UTF-8 text, cells separated by commas." in page


def test_with_htmx_only_the_pages_own_part_is_sent_and_the_file_stays_chosen(client: Client) -> None:
    file = SimpleUploadedFile("referrals.csv", spoiled(3, age="200"))
    fields = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, "file": file}
    answer = client.post(UPLOAD, fields, headers={"HX-Request": "true"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert page.startswith("<title>Error: Upload a return") and "<html" not in page
    assert "data-hx-preserve" in page


def test_with_htmx_a_file_that_is_the_fault_is_not_kept_chosen(client: Client) -> None:
    fields = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug}
    assert "data-hx-preserve" not in text_of(client.post(UPLOAD, fields, headers={"HX-Request": "true"}))


def test_with_htmx_a_clean_file_leads_the_browser_on(client: Client) -> None:
    file = SimpleUploadedFile("referrals.csv", a_csv(referral_lines(3)))
    fields = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, "file": file}
    answer = client.post(UPLOAD, fields, headers={"HX-Request": "true"})
    candidate = QuarterlyReturn.objects.get()
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/returns/{candidate.public_id}/")


@pytest.mark.parametrize("rows", [3, 60])
def test_a_refused_file_costs_the_same_however_long(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    content = a_csv([line | {"age": "200"} for line in referral_lines(rows)])
    with django_assert_num_queries(9):
        send(client, content)


def test_a_clean_file_becomes_a_candidate_that_says_what_would_change(client: Client) -> None:
    first = an_accepted_return()
    response = send(client, a_csv(referral_lines(5)))
    candidate = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert response.status_code == 302
    assert response["Location"] == reverse("returns:detail", args=[candidate.public_id])
    page = text_of(client.get(response["Location"]))
    assert "Referrals received" in page
    assert '<td class="number">3</td><td class="number">5</td><td class="number">+2</td>' in page
    assert f'href="/returns/{first.public_id}/"' in page
    assert "personal data, pseudonymised" in page
    assert "The file itself is not kept" in page


def test_accepting_makes_the_next_version_and_says_what_changed(client: Client, officer: User) -> None:
    an_accepted_return()
    candidate = a_candidate(a_csv(referral_lines(5)), by=officer)
    response = client.post(reverse("returns:accept", args=[candidate.public_id]), follow=True)
    candidate.refresh_from_db()
    assert (candidate.version, candidate.state, candidate.accepted_by) == (2, ReturnState.ACCEPTED, officer)
    page = text_of(response)
    counted = candidate.figures.count()
    assert f"Referrals for 2016-17 Q4 is accepted as version 2: 5 rows, {counted} figures counted." in page
    assert "It takes the place of version 1, which is kept." in page


def test_the_same_file_again_changes_nothing_and_says_so(client: Client) -> None:
    standing = an_accepted_return()
    events = Event.objects.count()
    response = send(client, a_csv(referral_lines(3)))
    assert response.status_code == 200
    assert "Nothing changed: this is the file that is already accepted" in text_of(response)
    assert f'href="/returns/{standing.public_id}/"' in text_of(response)
    assert (QuarterlyReturn.objects.get(), Event.objects.count()) == (standing, events)


def test_queries_do_not_stop_a_file_and_are_listed_with_it(client: Client) -> None:
    response = send(client, spoiled(3, locality="Salisbry"), follow="")
    candidate = QuarterlyReturn.objects.get()
    assert StoredFinding.objects.get().quarterly_return == candidate
    page = text_of(client.get(response["Location"]))
    assert "Salisbry" in page
    assert "Accept this return" in page


def test_another_suppliers_return_is_refused_naming_who_owes_it() -> None:
    police = a_client(a_user(Role.DATA_OFFICER, "POL"))
    response = send(police, a_csv(referral_lines(3)), supplier="POL")
    assert response.status_code == 422
    page = text_of(response)
    assert "is owed by Children&#x27;s social care (CSC), not by Police (POL)" in page
    assert not QuarterlyReturn.objects.exists()


def test_a_nil_return_needs_no_file(client: Client) -> None:
    response = send(client, None, nil="on")
    candidate = QuarterlyReturn.objects.get()
    assert response["Location"] == reverse("returns:detail", args=[candidate.public_id])
    page = text_of(client.post(reverse("returns:accept", args=[candidate.public_id]), follow=True))
    assert "accepted as version 1: a nil return" in page
    assert QuarterlyReturn.objects.get().nil


def test_an_abandoned_upload_leaves_nothing_and_the_old_version_stands(client: Client) -> None:
    standing = an_accepted_return()
    candidate = a_candidate(a_csv(referral_lines(5)))
    response = client.post(reverse("returns:abandon", args=[candidate.public_id]), follow=True)
    assert "was abandoned, and nothing of it is kept. Version 1 stands as it was." in text_of(response)
    assert QuarterlyReturn.objects.get() == standing
    assert Referral.objects.filter(quarterly_return=standing).count() == Referral.objects.count()


def test_an_accepted_return_cannot_be_abandoned(client: Client) -> None:
    standing = an_accepted_return()
    response = client.post(reverse("returns:abandon", args=[standing.public_id]), follow=True)
    assert "was accepted as version 1 and stays" in text_of(response)
    assert QuarterlyReturn.objects.get() == standing


def test_a_candidate_overtaken_by_another_version_is_not_accepted_and_the_officer_is_told(client: Client) -> None:
    overtaken = a_candidate(a_csv(referral_lines(4)))
    an_accepted_return(a_csv(referral_lines(5)))
    address = reverse("returns:detail", args=[overtaken.public_id])
    assert "Accept this return" not in text_of(client.get(address))
    page = text_of(client.post(f"{address}accept/", follow=True))
    assert "Version 1 of this return was accepted after you uploaded yours" in page
    overtaken.refresh_from_db()
    assert overtaken.state == ReturnState.CANDIDATE


def test_accepting_twice_says_that_it_is_done(client: Client) -> None:
    accepted = an_accepted_return()
    page = text_of(client.post(reverse("returns:accept", args=[accepted.public_id]), follow=True))
    assert "has already been accepted, as version 1" in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({}, "id_file", "Choose the file, or tick the box below it"),
        ({"type": "pets"}, "id_type", "There is no return “pets”"),
        ({"type": ""}, "id_type", "Choose which return this is."),
        ({"quarter": "1999-00-Q1"}, "id_quarter", "is not a quarter that returns are kept for"),
        ({"quarter": "spring"}, "id_quarter", "“spring” is not a quarter"),
    ],
)
def test_a_mistake_in_the_form_is_summed_up_at_the_top_and_linked_to_its_field(
    client: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = send(client, None, **changes)
    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Upload a return" in page
    assert f'<a href="#{field}">' in page
    assert f'id="{field}"' in page
    assert sentence in page


def test_an_empty_file_is_a_finding_not_a_missing_file(client: Client) -> None:
    response = send(client, b"")
    assert response.status_code == 422
    assert "things to put right" in text_of(response) or "1 thing to put right" in text_of(response)


def test_a_file_over_the_limit_gets_its_own_sentence(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 300
    response = send(client, a_csv(referral_lines(20)))
    assert response.status_code == 422
    assert "the most that can be loaded in one piece is 300" in text_of(response)
    assert not QuarterlyReturn.objects.exists()


def test_a_quarter_that_is_not_over_is_refused_with_its_last_day(client: Client) -> None:
    response = send(client, a_csv(referral_lines(3, Quarter(2017, 1))), quarter="2017-18-Q1")
    assert response.status_code == 422
    assert "ends on 30 June 2017 and is not over yet" in text_of(response)


def test_a_board_that_is_not_set_up_says_so_and_stores_nothing(client: Client) -> None:
    Area.objects.all().delete()
    response = send(client, a_csv(referral_lines(3)))
    assert response.status_code == 503
    assert f"The board&#x27;s area {settings.BOARD_AREA_CODE} is not loaded yet" in text_of(response)
    assert not QuarterlyReturn.objects.exists()


def test_a_missing_key_is_told_without_its_place_on_the_server(client: Client, settings: Any) -> None:
    settings.IDENTIFIER_KEY_CREATE = False
    response = send(client, a_csv(referral_lines(3)))
    assert response.status_code == 503
    assert "Your file is not at fault" in text_of(response)
    assert str(settings.IDENTIFIER_KEY_FILE) not in text_of(response)
    assert not QuarterlyReturn.objects.exists()


def test_the_address_fills_in_the_form(client: Client) -> None:
    page = text_of(client.get(f"{UPLOAD}?type=assessments&supplier=CSC&quarter=2016-17+Q2"))
    assert '<option value="assessments" selected>' in page
    assert '<option value="2016-17-Q2" selected>' in page


def test_an_officer_is_offered_the_returns_of_their_own_agency(client: Client) -> None:
    page = text_of(client.get(UPLOAD))
    assert 'value="referrals"' in page
    assert 'value="marac_cases"' not in page


def test_the_manager_may_choose_any_agency() -> None:
    page = text_of(a_client(a_user(Role.MANAGER, "BOARD")).get(UPLOAD))
    assert '<option value="CSC">' in page
    assert all(f'value="{code}"' in page for code in ("referrals", "marac_cases", "partner_counts"))


@pytest.mark.parametrize("role", [Role.AGENCY_LEAD, Role.QUALITY, Role.EXECUTIVE, Role.AUDITOR])
def test_who_may_not_upload_is_told_whom_to_ask(role: Role) -> None:
    client = a_client(a_user(role, "CSC"))
    for response in (client.get(UPLOAD), send(client, a_csv(referral_lines(3)))):
        assert response.status_code == 403
        assert "ask the board manager" in text_of(response)
    assert not QuarterlyReturn.objects.exists()


def test_an_officer_of_another_agency_finds_every_door_shut() -> None:
    accepted, candidate = an_accepted_return(), a_candidate(a_csv(referral_lines(5)))
    police = a_client(a_user(Role.DATA_OFFICER, "POL"))
    for version in (accepted, candidate):
        address = reverse("returns:detail", args=[version.public_id])
        assert police.get(address).status_code == 404
        assert police.post(f"{address}accept/").status_code == 404
        assert police.post(f"{address}abandon/").status_code == 404
    response = send(police, a_csv(referral_lines(6)))
    assert response.status_code == 403
    assert "You may not upload returns for Children&#x27;s social care" in text_of(response)
    assert police.get(f"{UPLOAD}?supplier=CSC").status_code == 403
    assert set(QuarterlyReturn.objects.all()) == {accepted, candidate}


def test_an_auditor_reads_an_accepted_return_and_changes_nothing() -> None:
    accepted, candidate = an_accepted_return(), a_candidate(a_csv(referral_lines(5)))
    auditor = a_client(a_user(Role.AUDITOR, "BOARD"))
    address = reverse("returns:detail", args=[accepted.public_id])
    page = text_of(auditor.get(address))
    assert "Referrals received" in page
    assert "Upload a correction" not in page
    assert auditor.post(f"{address}abandon/").status_code == 403
    assert auditor.get(reverse("returns:detail", args=[candidate.public_id])).status_code == 404


@pytest.mark.parametrize("act", ["accept", "abandon"])
def test_following_a_link_never_accepts_or_abandons(client: Client, act: str) -> None:
    candidate = a_candidate()
    assert client.get(reverse(f"returns:{act}", args=[candidate.public_id])).status_code == 405
    assert QuarterlyReturn.objects.get().state == ReturnState.CANDIDATE


def test_looking_changes_nothing(client: Client) -> None:
    candidate = a_candidate()
    events = Event.objects.count()
    for address in ("/returns/", UPLOAD, f"/returns/{candidate.public_id}/"):
        assert client.get(address).status_code == 200
    assert Event.objects.count() == events
    assert QuarterlyReturn.objects.get().figures.count() == 0


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("-after", "Referrals received"),
        ("after", "Referrals within 12 months of an earlier one"),
        ("nonsense", "Referrals received"),
    ],
)
def test_the_figures_sort_by_what_the_address_says(client: Client, order: str, first: str) -> None:
    lines = referral_lines(3)
    lines[0] |= {"outcome": "no further action"}
    lines[1] |= {"outcome": "no further action", "decision_date": ""}
    accepted = an_accepted_return(a_csv(lines))
    page = text_of(client.get(reverse("returns:detail", args=[accepted.public_id]), {"sort": order}))
    body = page[page.index("<tbody>", page.index("Counted with version 1")) :]
    assert body.startswith(f'<tbody> <tr><th scope="row">{first}')


@pytest.mark.parametrize("rows", [3, 60])
def test_the_pages_of_a_version_cost_the_same_however_long_the_file(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    accepted = an_accepted_return(a_csv(referral_lines(rows)))
    candidate = a_candidate(a_csv(referral_lines(rows + 1)))
    with django_assert_num_queries(9):
        client.get(reverse("returns:detail", args=[accepted.public_id]))
    with django_assert_num_queries(25):
        client.get(reverse("returns:detail", args=[candidate.public_id]))


def test_a_supplier_that_is_given_is_a_hidden_field_without_a_word_for_the_browser() -> None:
    page = a_client(a_user(Role.DATA_OFFICER, "CSC")).get(reverse("returns:upload")).content.decode()
    (field,) = re.findall(r'<input type="hidden" name="supplier"[^>]*>', page)
    assert 'value="CSC"' in field and "autocomplete" not in field
