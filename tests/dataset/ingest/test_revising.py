"""A quarter that was accepted is not changed far without a reason."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from dataset.ingest.revising import is_large, large_revisions
from dataset.ingest.storing import ReasonRefused, accept_return
from dataset.models import QuarterlyReturn
from tests.builders import (
    A_REASON,
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    counts_file,
    marac_lines,
    referral_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def client() -> Client:
    return a_client(a_user("data_officer"))


def referrals(number: int) -> bytes:
    return a_csv(referral_lines(number))


@pytest.mark.parametrize(
    ("before", "after", "large"),
    [
        (100, 105, False),  # five, and five percent: not over it
        (100, 106, True),
        (99, 104, True),
        (20, 24, False),  # a fifth, and yet only four
        (20, 15, True),
        (0, 5, True),
        (0, 4, False),
        (200, 209, False),
        (12, None, True),
        (4, None, False),
    ],
)
def test_a_revision_is_large_by_number_and_by_share(before: int, after: int | None, large: bool) -> None:
    assert is_large(before, after) is large


@override_settings(REVISION_REASON_PERCENT=0, REVISION_REASON_MINIMUM=1)
def test_the_board_may_ask_for_a_reason_for_everything() -> None:
    assert is_large(1000, 1001)


def test_a_first_return_needs_no_reason() -> None:
    assert accept_return(candidate=a_candidate(referrals(40)), by=None).version == 1


def test_a_small_correction_needs_no_reason() -> None:
    an_accepted_return(referrals(100))
    assert accept_return(candidate=a_candidate(referrals(101)), by=None).revision_reason == ""


def test_a_large_correction_is_refused_without_a_reason_and_leaves_all_as_it_was() -> None:
    first = an_accepted_return(referrals(40))
    candidate = a_candidate(referrals(60))
    with pytest.raises(ReasonRefused, match="Referrals received"):
        accept_return(candidate=candidate, by=None)
    candidate.refresh_from_db()
    assert candidate.version is None
    assert list(QuarterlyReturn.objects.standing()) == [first]


def test_a_reason_is_kept_with_the_version() -> None:
    an_accepted_return(referrals(40))
    accepted = accept_return(candidate=a_candidate(referrals(60)), by=None, reason="  Late forms\nwere keyed.  ")
    accepted.refresh_from_db()
    assert accepted.revision_reason == "Late forms were keyed."


@pytest.mark.parametrize("reason", ["x" * 301, "Told by Sarah Jenkins.", "NHS number 943 476 5919 was twice there."])
def test_a_reason_that_may_not_be_kept_is_refused_and_not_repeated(reason: str) -> None:
    an_accepted_return(referrals(40))
    with pytest.raises(ReasonRefused) as refused:
        accept_return(candidate=a_candidate(referrals(60)), by=None, reason=reason)
    assert not any(word in str(refused.value) for word in ("Jenkins", "943", "xxx"))


def test_rows_that_take_the_place_of_totals_revise_them() -> None:
    totals = counts_file("POL", QUARTER, [{"item": "marac_cases", "value": "50"}])
    an_accepted_return(totals, return_type="partner_counts", supplier="POL")
    rows = a_candidate(marac_lines(60), return_type="marac_cases", supplier="POL")
    assert [(one.before, one.after) for one in large_revisions(rows)] == [(50, 60)]


def test_the_counts_of_another_supplier_are_not_revised_by_ours() -> None:
    an_accepted_return(counts_file("POL", QUARTER), return_type="partner_counts", supplier="POL")
    assert large_revisions(a_candidate(counts_file("CSC", QUARTER), return_type="partner_counts")) == []


def test_the_page_asks_for_the_reason_and_takes_it(client: Client) -> None:
    an_accepted_return(referrals(40))
    candidate = a_candidate(referrals(60))
    address = f"/returns/{candidate.public_id}/"
    page = client.get(address).content.decode()
    assert 'name="reason"' in page
    assert "This changes 1 total of an accepted quarter" in page or "totals of an accepted quarter" in page
    refused = client.post(f"{address}accept/", {"reason": ""})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.content.decode()
    client.post(f"{address}accept/", {"reason": A_REASON})
    candidate.refresh_from_db()
    assert (candidate.version, candidate.revision_reason) == (2, A_REASON)


def test_what_was_typed_is_there_again_after_a_refusal(client: Client) -> None:
    an_accepted_return(referrals(40))
    candidate = a_candidate(referrals(60))
    page = client.post(f"/returns/{candidate.public_id}/accept/", {"reason": "As Sarah Jenkins said"}).content.decode()
    assert 'value="As Sarah Jenkins said"' in page
    assert page.count("seems to name a person") == 2


def test_a_first_return_is_not_asked_for_a_reason(client: Client) -> None:
    page = client.get(f"/returns/{a_candidate(referrals(60)).public_id}/").content.decode()
    assert 'name="reason"' not in page


def load(path: Path, *more: str) -> tuple[int, dict[str, object]]:
    out = StringIO()
    arguments = [str(path), "--type", "referrals", "--agency", "CSC", "--quarter", str(QUARTER), "--json", *more]
    with pytest.raises(SystemExit) as ended:
        call_command("load_return", *arguments, stdout=out)
    return int(ended.value.code or 0), json.loads(out.getvalue())


def test_the_command_line_needs_it_too(tmp_path: Path) -> None:
    an_accepted_return(referrals(40))
    path = tmp_path / "referrals.csv"
    path.write_bytes(referrals(60))
    code, report = load(path)
    assert (code, report["accepted"]) == (1, False)
    code, report = load(path, "--reason", A_REASON)
    assert (code, report["version"]) == (0, 2)
    assert QuarterlyReturn.objects.get(version=2).revision_reason == A_REASON
