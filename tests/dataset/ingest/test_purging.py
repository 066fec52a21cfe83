from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import User
from dataset.definitions import State
from dataset.ingest.purging import PurgeRefused, ask_purge, cancel_purge, purge_return
from dataset.models import Figure, MissingEpisode, QuarterlyReturn, Referral
from dataset.periods import Quarter, Window
from dataset.versioning import compare_rows
from tests.builders import (
    QUARTER,
    REFERRAL_COLUMNS,
    a_client,
    a_csv,
    a_restatement,
    a_standing_board,
    a_user,
    an_accepted_return,
    counts_file,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
REASON = "another area’s children were in it"


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def managers() -> tuple[User, User]:
    return (
        a_user("manager", "BOARD", email="first@board.example"),
        a_user("manager", "BOARD", email="second@board.example"),
    )


def purge(version: QuarterlyReturn, managers: tuple[User, User]) -> QuarterlyReturn:
    ask_purge(version=version, by=managers[0], reason=REASON)
    purge_return(version=version, by=managers[1])
    return QuarterlyReturn.objects.get(pk=version.pk)


def test_rows_queries_and_free_text_are_gone_and_the_figures_stay(managers: tuple[User, User]) -> None:
    lines = [{**line, "locality": "Narnia"} for line in referral_lines(3)]
    version = an_accepted_return(a_csv(lines))
    figures = list(version.figures.values_list("item", "value", "state"))
    assert version.findings.exists()
    purged = purge(version, managers)
    assert not Referral.objects.filter(quarterly_return=version).exists() and not purged.findings.exists()
    assert (purged.file_name, purged.revision_reason) == ("", "")
    assert list(purged.figures.values_list("item", "value", "state")) == figures
    assert (purged.row_count, purged.file_digest) == (3, version.file_digest)
    assert (purged.purge_asked_by, purged.purged_by, purged.purge_reason) == (*managers, REASON)


def test_notes_on_totals_are_gone(managers: tuple[User, User]) -> None:
    more = [
        {"item": "contacts", "value": "4", "breakdown": "source group", "category": "police", "note": "counted anew"}
    ]
    version = an_accepted_return(counts_file("CSC", QUARTER, more), return_type="partner_counts")
    purge(version, managers)
    assert not Figure.objects.filter(quarterly_return=version).exclude(note="").exists()


def test_why_a_total_is_not_available_stays(managers: tuple[User, User]) -> None:
    columns = [column for column in REFERRAL_COLUMNS if column != "decision_date"]
    lines = [{name: line[name] for name in columns} for line in referral_lines(3)]
    version = an_accepted_return(a_csv(lines, columns))
    notes = dict(version.figures.exclude(note="").values_list("item", "note"))
    assert notes and dict(purge(version, managers).figures.exclude(note="").values_list("item", "note")) == notes


def test_both_moments_are_the_boards(managers: tuple[User, User]) -> None:
    with on(date(2017, 6, 20)):
        purged = purge(an_accepted_return(), managers)
    assert purged.purge_asked_at and purged.purged_at
    assert purged.purge_asked_at.date() == purged.purged_at.date() == date(2017, 6, 20)


def test_the_page_says_that_the_name_of_the_file_went_with_the_rows(managers: tuple[User, User]) -> None:
    version = purge(an_accepted_return(), managers)
    page = a_client(a_user("data_officer", "CSC")).get(f"/returns/{version.public_id}/").content.decode()
    assert "its name was removed with its rows" in page and "declared nil" not in page


def test_a_restated_quarter_whose_rows_are_gone_is_said_not_to_be_comparable(managers: tuple[User, User]) -> None:
    purge(an_accepted_return(quarter=Quarter(2015, 1)), managers)
    year = a_restatement()
    page = a_client(a_user("data_officer", "CSC")).get(f"/returns/restatements/{year.public_id}/").content.decode()
    assert page.count("Cannot be compared: the rows of a version are gone for ever") == 1
    assert "Its totals" not in page


def test_nothing_is_removed_by_asking(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    ask_purge(version=version, by=managers[0], reason=REASON)
    assert Referral.objects.filter(quarterly_return=version).count() == 3


def test_one_person_cannot_do_both(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    ask_purge(version=version, by=managers[0], reason=REASON)
    with pytest.raises(PurgeRefused, match="second person"):
        purge_return(version=version, by=managers[0])


def test_the_database_too_wants_two_people(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    ask_purge(version=version, by=managers[0], reason=REASON)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuarterlyReturn.objects.filter(pk=version.pk).update(purged_by=managers[0], purged_at=version.accepted_at)


def test_cancelled_it_has_to_be_asked_for_again(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    ask_purge(version=version, by=managers[0], reason=REASON)
    cancel_purge(version=version, by=managers[1])
    with pytest.raises(PurgeRefused, match="Nobody has asked"):
        purge_return(version=version, by=managers[1])


@pytest.mark.parametrize("role", ["data_officer", "quality", "auditor", "executive"])
def test_only_managers_may(role: str) -> None:
    version = an_accepted_return()
    with pytest.raises(PurgeRefused, match="two board managers"):
        ask_purge(version=version, by=a_user(role, "CSC"), reason=REASON)


@pytest.mark.parametrize("reason", ["", "it names Jane Smith"])
def test_a_reason_is_needed_and_names_nobody(managers: tuple[User, User], reason: str) -> None:
    with pytest.raises(PurgeRefused):
        ask_purge(version=an_accepted_return(), by=managers[0], reason=reason)


def test_children_of_a_window_over_purged_rows_are_not_available(managers: tuple[User, User]) -> None:
    last = QUARTER - 1
    for quarter in (QUARTER - 3, QUARTER - 2, last):
        an_accepted_return(
            missing_file(["A"], quarter), return_type="missing_episodes", supplier="MISS", quarter=quarter
        )
    an_accepted_return(missing_file(["B"]), return_type="missing_episodes", supplier="MISS")
    purge(QuarterlyReturn.objects.get(return_type="missing_episodes", quarter_ordinal=last.ordinal), managers)
    an_accepted_return(missing_file(["B", "C"]), return_type="missing_episodes", supplier="MISS")
    figure = (
        Figure.objects.filter(item="children_missing", quarter_ordinal=QUARTER.ordinal, window=Window.YEAR_TO_DATE)
        .order_by("pk")
        .last()
    )
    assert figure is not None
    assert (figure.value, figure.state) == (None, State.NOT_AVAILABLE)
    assert figure.note == f"The records of {last} are gone, so children cannot be counted again."


def test_a_purged_version_is_never_counted_over(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    Figure.objects.filter(quarterly_return=version, item="referrals_received").delete()
    purged = purge(version, managers)
    call_command("recount", stdout=StringIO())
    assert not purged.figures.filter(item="referrals_received").exists()


def test_a_purged_version_cannot_be_compared(managers: tuple[User, User]) -> None:
    first = purge(an_accepted_return(), managers)
    assert compare_rows(first, an_accepted_return(a_csv(referral_lines(4)))) is None


def test_other_versions_keep_their_rows(managers: tuple[User, User]) -> None:
    an_accepted_return(missing_file(["A"]), return_type="missing_episodes", supplier="MISS")
    purge(an_accepted_return(), managers)
    assert MissingEpisode.objects.count() == 1


def test_the_command_takes_two_runs(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    out = StringIO()
    call_command("purge_return", version.public_id, by=managers[0].email, reason=REASON, stdout=out)
    call_command("purge_return", version.public_id, by=managers[1].email, stdout=out)
    assert "Asked for." in out.getvalue() and "3 rows are gone" in out.getvalue()


def test_the_command_refuses_with_exit_code_1(managers: tuple[User, User]) -> None:
    version = an_accepted_return()
    with pytest.raises(SystemExit) as left:
        call_command("purge_return", version.public_id, by=managers[1].email, stdout=StringIO())
    assert left.value.code == 1
