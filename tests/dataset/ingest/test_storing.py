"""File → candidate → accepted version: whole or not at all, each version once, nobody's work overwritten unseen."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import Agency, Event
from dataset.definitions import State
from dataset.ingest import storing
from dataset.ingest.forgetting import CANDIDATE_LIFE
from dataset.ingest.storing import AcceptanceRefused, abandon_candidate, accept_return
from dataset.models import Figure, MissingEpisode, QuarterlyReturn, Referral, ReturnState, StoredFinding
from dataset.periods import Quarter, Window
from dataset.returns import RETURN_TYPES
from dataset.selectors import current_versions, latest_quarter
from tests.builders import (
    QUARTER,
    a_candidate,
    a_csv,
    a_receipt,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    counts_file,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def referrals(number: int) -> bytes:
    return a_csv(referral_lines(number))


def total(item: str = "referrals_received", version: QuarterlyReturn | None = None) -> int | None:
    figures = Figure.objects.filter(item=item, breakdown="", window=Window.QUARTER)
    return (figures.filter(quarterly_return=version) if version else figures).latest("pk").value


def stored_rows() -> dict[str, int]:
    """How many rows each table of the dataset holds."""
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("dataset").get_models()}


# One transaction ---------------------------------------------------------------------------------------


def break_table(table: str) -> str:
    """Make the database itself refuse rows, as a full disk would; nothing of ours is replaced."""
    if connection.vendor == "postgresql":
        return f"ALTER TABLE {table} ADD CONSTRAINT refuses CHECK (false) NOT VALID"
    return f"CREATE TRIGGER refuses BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"


def test_a_failure_in_counting_leaves_the_old_version_whole_and_none_accepted(transactional_db: None) -> None:
    standing = an_accepted_return(referrals(3))
    candidate = a_candidate(referrals(4))
    before = stored_rows()
    with connection.cursor() as cursor:
        cursor.execute(break_table("dataset_figure"))
    try:
        with pytest.raises(IntegrityError):
            accept_return(candidate=candidate, by=None)
    finally:
        mend_table("dataset_figure")
    candidate.refresh_from_db()
    assert (candidate.state, candidate.version) == (ReturnState.CANDIDATE, None)
    assert stored_rows() == before
    assert list(current_versions([QUARTER.ordinal])) == [standing.pk]
    accept_return(candidate=candidate, by=None)
    assert total() == 4


def test_a_failure_in_storing_records_leaves_no_candidate(transactional_db: None) -> None:
    before = stored_rows()
    with connection.cursor() as cursor:
        cursor.execute(break_table("dataset_referral"))
    try:
        with pytest.raises(IntegrityError):
            a_receipt()
    finally:
        mend_table("dataset_referral")
    assert stored_rows() == before
    assert not Event.objects.filter(verb="return.received").exists()


def mend_table(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT refuses")
        else:
            cursor.execute("DROP TRIGGER refuses")


# Versions ----------------------------------------------------------------------------------------------


def test_versions_number_up_by_return_and_quarter() -> None:
    versions = [an_accepted_return(referrals(number)).version for number in (3, 4, 5)]
    other = an_accepted_return(a_csv(referral_lines(3, QUARTER - 1)), quarter=QUARTER - 1)
    assert (versions, other.version) == ([1, 2, 3], 1)


def test_the_same_file_as_the_current_version_changes_nothing() -> None:
    standing = an_accepted_return()
    before, events = stored_rows(), Event.objects.count()
    receipt = a_receipt()
    assert (receipt.unchanged, receipt.candidate, receipt.rows) == (standing, None, 3)
    assert (stored_rows(), Event.objects.count()) == (before, events)


def test_the_same_file_after_another_is_a_new_version() -> None:
    an_accepted_return(referrals(3))
    an_accepted_return(referrals(4))
    assert an_accepted_return(referrals(3)).version == 3
    assert total() == 3


def test_the_same_file_for_another_quarter_is_no_repeat() -> None:
    an_accepted_return(b"", nil=True)
    assert an_accepted_return(b"", nil=True, quarter=QUARTER - 1).version == 1


def test_a_correction_replaces_the_figures_and_keeps_the_old_rows() -> None:
    first = an_accepted_return(referrals(3))
    an_accepted_return(referrals(5))
    assert (total(version=first), total()) == (3, 5)
    assert Referral.objects.filter(quarterly_return=first).count() == 3


# Two officers ------------------------------------------------------------------------------------------


def test_the_second_of_two_officers_is_told_that_another_version_came_first() -> None:
    mine, theirs = a_candidate(referrals(3)), a_candidate(referrals(4))
    accept_return(candidate=theirs, by=a_user("data_officer"))
    with pytest.raises(AcceptanceRefused, match="Version 1 of this return was accepted after you uploaded yours"):
        accept_return(candidate=mine, by=a_user("data_officer"))
    assert total() == 4
    mine.refresh_from_db()
    assert mine.state == ReturnState.CANDIDATE


def test_accepting_twice_says_that_it_is_done() -> None:
    candidate = a_candidate()
    accept_return(candidate=candidate, by=None)
    with pytest.raises(AcceptanceRefused, match="already been accepted, as version 1"):
        accept_return(candidate=candidate, by=None)
    assert QuarterlyReturn.objects.count() == 1


def test_an_abandoned_candidate_leaves_no_row_in_any_table() -> None:
    before = stored_rows()
    lines = referral_lines(3)
    lines[0]["locality"] = "Nowhere"  # a query, so that there is a finding to leave behind
    candidate = a_candidate(a_csv(lines))
    assert stored_rows() != before
    abandon_candidate(candidate=candidate, by=None)
    assert stored_rows() == before
    with pytest.raises(AcceptanceRefused, match="no longer waiting"):
        accept_return(candidate=candidate, by=None)


def test_an_accepted_return_cannot_be_abandoned() -> None:
    version = an_accepted_return()
    abandon_candidate(candidate=version, by=None)
    assert QuarterlyReturn.objects.get().state == ReturnState.ACCEPTED


def test_a_candidate_over_a_day_old_is_gone_at_the_next_upload_and_a_younger_one_stays() -> None:
    old, young = a_candidate(referrals(3)), a_candidate(referrals(4))
    for candidate, hours in ((old, 25), (young, 23)):
        moment = candidate.uploaded_at - timedelta(hours=hours)
        QuarterlyReturn.objects.filter(pk=candidate.pk).update(uploaded_at=moment)
    newest = a_candidate(referrals(5))
    assert set(QuarterlyReturn.objects.values_list("pk", flat=True)) == {young.pk, newest.pk}
    assert not Referral.objects.filter(quarterly_return_id=old.pk).exists()


def test_a_candidate_is_seen_by_no_selector() -> None:
    a_candidate()
    a_candidate(counts_file("POL", QUARTER), return_type="partner_counts", supplier="POL")
    assert latest_quarter() is None
    assert current_versions([QUARTER.ordinal]) == {}


# Identifiers -------------------------------------------------------------------------------------------


def test_no_identifier_is_stored_anywhere() -> None:
    lines = referral_lines(3)
    lines[1]["locality"] = "Nowhere"
    lines[2] |= {"child_id": lines[1]["child_id"], "referral_date": lines[1]["referral_date"]}
    version = an_accepted_return(a_csv(lines))
    assert version.findings.exists()
    secrets = {line[name] for line in lines for name in ("referral_id", "child_id")}
    for model in [*apps.get_app_config("dataset").get_models(), Event]:
        for row in model._default_manager.values():
            assert not secrets & {str(cell) for cell in row.values()}
            if model in (StoredFinding, Event):
                assert not any(secret in str(row) for secret in secrets)


def child_digests(supplier: str, space: str) -> set[str]:
    """The digest that child C1 gets in a missing return of MISS under this space."""
    Agency.objects.filter(code=supplier).update(identifier_space=space)
    version = an_accepted_return(missing_file(["C1"]), return_type="missing_episodes", supplier=supplier)
    return set(MissingEpisode.objects.filter(quarterly_return=version).values_list("child_id", flat=True))


def test_a_child_is_one_child_in_two_returns_of_one_space() -> None:
    lines = referral_lines(1)
    lines[0]["child_id"] = "C1"
    an_accepted_return(a_csv(lines))
    assert child_digests("MISS", an_agency("CSC").identifier_space) == {Referral.objects.get().child_id}


def test_a_number_of_another_space_cannot_be_linked() -> None:
    lines = referral_lines(1)
    lines[0]["child_id"] = "C1"
    an_accepted_return(a_csv(lines))
    assert child_digests("MISS", an_agency("POL").identifier_space) != {Referral.objects.get().child_id}


def test_another_key_is_refused_and_nothing_is_stored(settings: Any, tmp_path: Path) -> None:
    an_accepted_return()
    before = stored_rows()
    settings.IDENTIFIER_KEY_FILE = tmp_path / "another.key"
    receipt = a_receipt(referrals(4))
    assert [one.code for one in receipt.errors] == ["other_key"]
    assert "put the right key file back" in receipt.errors[0].message
    assert stored_rows() == before


def test_a_return_without_identifiers_needs_no_key(settings: Any, tmp_path: Path) -> None:
    settings.IDENTIFIER_KEY_FILE, settings.IDENTIFIER_KEY_CREATE = tmp_path / "none.key", False
    version = an_accepted_return(counts_file("POL", QUARTER), return_type="partner_counts", supplier="POL")
    assert version.key_fingerprint == ""


# What may not be sent ----------------------------------------------------------------------------------


def test_another_suppliers_return_is_refused_and_says_whose_it_is() -> None:
    receipt = a_receipt(supplier="POL")
    assert [one.code for one in receipt.errors] == ["not_owner"]
    assert "owed by Children's social care (CSC), not by Police (POL)" in receipt.errors[0].message


def test_counts_of_an_agency_that_owes_none_are_refused() -> None:
    an_agency("CCG")
    receipt = a_receipt(b"item,value\n", return_type="partner_counts", supplier="CCG")
    assert [one.code for one in receipt.errors] == ["not_owner"]


@pytest.mark.parametrize(("day", "is_over"), [(date(2017, 3, 31), False), (date(2017, 4, 1), True)])
def test_a_quarter_is_returned_only_when_it_is_over(day: date, is_over: bool) -> None:
    with on(day):
        receipt = a_receipt()
    assert [one.code for one in receipt.errors] == ([] if is_over else ["quarter_not_over"])


# Nil and counts ----------------------------------------------------------------------------------------


def test_a_nil_return_is_nought_with_the_state_nil() -> None:
    version = an_accepted_return(b"", nil=True)
    figures = version.figures.filter(breakdown="", window=Window.QUARTER)
    assert figures.count() > 3
    assert set(figures.values_list("value", "state")) == {(0, State.NIL)}


def test_a_nil_return_with_rows_is_refused() -> None:
    assert [one.code for one in a_receipt(nil=True).errors] == ["rows_in_nil_return"]


def test_rows_after_a_nil_return_are_a_new_version() -> None:
    an_accepted_return(b"", nil=True)
    assert an_accepted_return().version == 2
    assert total() == 3


def test_counts_are_stored_with_their_states_breakdowns_and_notes() -> None:
    content = counts_file("POL", QUARTER, police_protections=7, cse_disruptions="c", da_incidents=40)
    content = content.replace(b"da_incidents,40,,,,\r\n", b"da_incidents,40,,,,Two months only\r\n")
    version = an_accepted_return(content, return_type="partner_counts", supplier="POL")
    stored = {figure.item: (figure.value, figure.state, figure.note) for figure in version.figures.all()}
    assert stored["police_protections"] == (7, State.REPORTED, "")
    assert stored["cse_disruptions"] == (None, State.CONFIDENTIAL, "")
    assert stored["da_incidents"] == (40, State.REPORTED, "Two months only")


def test_the_parts_of_a_count_are_stored_as_its_breakdown() -> None:
    an_agency("EH")
    parts = [
        {"item": "early_help_assessments_started", "value": str(value), "breakdown": "age band", "category": name}
        for name, value in (("1-4", 6), ("5-9", 4))
    ]
    version = an_accepted_return(counts_file("EH", QUARTER, parts), return_type="partner_counts", supplier="EH")
    found = version.figures.exclude(breakdown="").values_list("breakdown", "category", "value")
    assert {(category, value) for _, category, value in found} == {("1-4", 6), ("5-9", 4)}


def test_who_received_and_who_accepted_is_in_the_trail() -> None:
    officer = a_user("data_officer")
    version = an_accepted_return(by=officer)
    events = Event.objects.filter(subject_id=version.public_id).order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("return.received", officer), ("return.accepted", officer),
    ]  # fmt: skip


def test_a_command_is_named_in_the_trail() -> None:
    receipt = storing.receive_file(
        content=referrals(3), file_name="r.csv", return_type=RETURN_TYPES["referrals"], supplier=an_agency("CSC"),
        quarter=QUARTER, by=None, by_label="nightly import",
    )  # fmt: skip
    assert receipt.candidate is not None
    accept_return(candidate=receipt.candidate, by=None, by_label="nightly import")
    assert set(Event.objects.filter(agency__code="CSC").values_list("actor_label", flat=True)) == {"nightly import"}


def test_a_quarter_of_the_far_future_is_refused_by_a_sentence() -> None:
    receipt = a_receipt(b"", quarter=Quarter(2190, 4))
    assert [one.code for one in receipt.errors] == ["quarter_not_over"]


def test_a_candidate_that_waited_for_over_a_day_is_refused_even_before_it_is_cleared() -> None:
    candidate = a_candidate()
    QuarterlyReturn.objects.filter(pk=candidate.pk).update(
        uploaded_at=timezone.now() - CANDIDATE_LIFE - timedelta(minutes=1)
    )
    with pytest.raises(AcceptanceRefused, match="over a day old"):
        accept_return(candidate=candidate, by=None)
    assert not QuarterlyReturn.objects.filter(state=ReturnState.ACCEPTED).exists()
