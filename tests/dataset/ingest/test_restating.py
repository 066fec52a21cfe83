from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.roles import Role
from dataset.ingest.findings import Finding
from dataset.ingest.restating import YearReceipt, abandon_year, accept_year, receive_year
from dataset.ingest.storing import AcceptanceRefused, ReasonRefused, abandon_candidate, accept_return
from dataset.ingest.withdrawing import withdraw_return
from dataset.ingest.year_files import SentFile, split_year
from dataset.models import QuarterlyReturn, Referral, Restatement, ReturnState
from dataset.periods import FinancialYear, Quarter
from dataset.reconciling import reconcile_year
from dataset.returns import RETURN_TYPES
from dataset.selectors import board_area, current_versions
from tests.builders import (
    REFERRAL_COLUMNS,
    a_benchmark,
    a_candidate,
    a_client,
    a_csv,
    a_restatement,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    referral_lines,
)

pytestmark = pytest.mark.django_db
YEAR = FinancialYear(2016)
REASON = "late records"


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def receive(files: object, return_type: str = "referrals", **how: object) -> YearReceipt:
    kind = RETURN_TYPES[return_type]
    return receive_year(files=files, return_type=kind, supplier=an_agency("CSC"), year=YEAR, by=None, **how)  # type: ignore[arg-type]


def four(*rows: int) -> dict[Quarter, SentFile]:
    return {
        quarter: SentFile(a_csv(referral_lines(number, quarter)), "referrals.csv")
        for quarter, number in zip(YEAR.quarters, rows, strict=True)
    }


def whole(lines: list[dict[str, str]], columns: tuple[str, ...] = REFERRAL_COLUMNS) -> SentFile:
    return SentFile(a_csv(lines, columns), "year.csv")


def of_year(*rows: int) -> list[dict[str, str]]:
    """Referrals of the four quarters in one list, their numbers made different, and their children."""
    return [
        {
            **line,
            "referral_id": f"{quarter.number}{line['referral_id']}",
            "child_id": f"{line['child_id']}{quarter.number}",
        }
        for quarter, number in zip(YEAR.quarters, rows, strict=True)
        for line in referral_lines(number, quarter)
    ]


def codes(found: tuple[Finding, ...]) -> list[tuple[int | None, str]]:
    return [(one.line, one.code) for one in found]


def standing() -> dict[Quarter, int]:
    found = current_versions([quarter.ordinal for quarter in YEAR.quarters])
    return {source.quarter: Referral.objects.filter(quarterly_return=key).count() for key, source in found.items()}


def test_four_files_are_accepted_together() -> None:
    receipt = receive(four(1, 2, 3, 4))
    assert receipt.restatement and not standing()
    accept_year(restatement=receipt.restatement, by=None)
    assert list(standing().values()) == [1, 2, 3, 4]
    assert len(set(QuarterlyReturn.objects.values_list("accepted_at", flat=True))) == 1
    assert Event.objects.filter(verb="restatement.accepted").count() == 1


def test_one_file_is_split_by_the_date_that_says_the_quarter() -> None:
    receipt = receive(whole(of_year(1, 2, 3, 4)))
    assert list(receipt.rows.values()) == [1, 2, 3, 4]
    assert receipt.restatement and receipt.restatement.returns.count() == 4


def test_one_file_is_split_by_its_quarter_column() -> None:
    lines = [{**line, "Quarter": f"2016-17 Q{line['referral_id'][0]}"} for line in of_year(2, 1, 1, 1)]
    receipt = receive(whole(lines, (*REFERRAL_COLUMNS, "Quarter")))
    assert list(receipt.rows.values()) == [2, 1, 1, 1]
    assert all(not found for found in receipt.findings.values())


def test_a_row_of_another_year_is_told_with_its_line() -> None:
    lines = of_year(1, 1, 1, 1)
    lines[2]["referral_date"] = "01/04/2017"
    assert codes(receive(whole(lines)).findings[None]) == [(4, "quarter_not_of_year")]


def test_a_return_whose_rows_tell_no_quarter_needs_the_column() -> None:
    columns = tuple(column.name for column in RETURN_TYPES["child_protection_plans"].columns)
    receipt = receive(SentFile(a_csv([dict.fromkeys(columns, "1")], columns), "plans.csv"), "child_protection_plans")
    assert codes(receipt.findings[None]) == [(None, "no_quarter")]


def test_of_four_files_the_one_that_cannot_be_read_is_named() -> None:
    third = YEAR.quarters[2]
    found = receive({**four(1, 1, 1, 1), third: SentFile(b"%PDF-1.4", "q3.pdf")}).findings
    assert list(found) == [third] and found[third][0].is_error


def test_a_year_whose_every_line_is_short_is_split_in_line_with_its_length() -> None:
    def split(rows: int) -> float:
        text = a_csv(of_year(rows, rows, rows, rows)).decode().splitlines()
        short = SentFile("\n".join([text[0], *(line.rpartition(",")[0] for line in text[1:])]).encode(), "year.csv")
        start = perf_counter()
        parts = split_year(short, RETURN_TYPES["referrals"], an_agency("CSC"), YEAR.quarters)
        assert isinstance(parts, dict) and len(parts[YEAR.quarters[3]].sent.table.short_lines) == rows
        return perf_counter() - start

    assert split(4_000) < 20 * split(400) + 1


def test_an_error_in_one_quarter_stores_none() -> None:
    files = four(1, 1, 1, 1)
    files[YEAR.quarters[2]] = SentFile(a_csv([{**referral_lines(1, YEAR.quarters[2])[0], "age": "old"}]), "q3.csv")
    receipt = receive(files)
    assert [quarter for quarter, found in receipt.findings.items() if found] == [YEAR.quarters[2]]
    assert receipt.has_errors and not QuarterlyReturn.objects.exists() and not Restatement.objects.exists()


def test_a_quarter_without_rows_is_nil_only_where_the_officer_says_so() -> None:
    assert codes(receive(whole(of_year(1, 0, 1, 1))).findings[YEAR.quarters[1]]) == [(None, "no_rows")]
    receipt = receive(whole(of_year(1, 0, 1, 1)), nil_where_empty=True)
    assert receipt.restatement and receipt.restatement.returns.filter(nil=True).count() == 1


def test_a_quarter_that_stands_as_sent_is_left_alone() -> None:
    an_accepted_return(a_csv(referral_lines(2, YEAR.quarters[0])), quarter=YEAR.quarters[0])
    receipt = receive(four(2, 2, 2, 2))
    assert receipt.unchanged == (YEAR.quarters[0],)
    assert receipt.restatement and receipt.restatement.returns.count() == 3


def plans(number: int) -> SentFile:
    columns = tuple(column.name for column in RETURN_TYPES["child_protection_plans"].columns)
    cells = {
        "start_date": "06/05/2014", "category": "NEG", "latest_category": "NEG", "number_of_previous_plans": "0",
        "reviews_in_timescale": "yes", "age": "9", "gender": "F", "locality": "Salisbury",
    }  # fmt: skip
    lines = [{**dict.fromkeys(columns, ""), **cells, "plan_id": f"P{n}", "child_id": f"C{n}"} for n in range(number)]
    return SentFile(a_csv(lines, columns), "plans.csv")


def test_quarters_are_held_against_those_sent_with_them_not_those_they_replace() -> None:
    for quarter in YEAR.quarters:
        an_accepted_return(plans(2).content, return_type="child_protection_plans", quarter=quarter)
    receipt = receive({quarter: plans(4) for quarter in YEAR.quarters}, "child_protection_plans")
    assert receipt.restatement
    assert [codes(receipt.findings[quarter]) for quarter in YEAR.quarters[1:]] == [[], [], []]
    assert not receipt.restatement.returns.filter(findings__code="vanished").exists()


def test_a_child_referred_earlier_in_the_same_upload_is_a_query() -> None:
    findings = receive(four(1, 1, 1, 1)).findings
    assert [[one.code for one in findings[quarter]] for quarter in YEAR.quarters] == [[], *[["earlier_referral"]] * 3]


def test_a_plan_left_out_of_one_quarter_of_the_year_has_vanished_from_it() -> None:
    files = dict(zip(YEAR.quarters, (plans(4), plans(3), plans(3), plans(3)), strict=True))
    findings = receive(files, "child_protection_plans").findings
    assert [[one.code for one in findings[quarter]] for quarter in YEAR.quarters] == [[], ["vanished"], [], []]


def test_the_totals_of_a_restated_year_are_held_against_each_other() -> None:
    before = [Quarter(2015, number) for number in (1, 2, 3, 4)]
    for quarter in (*before, *YEAR.quarters):
        an_accepted_return(a_csv(referral_lines(10, quarter)), quarter=quarter)
    receipt = receive(four(60, 60, 60, 60))
    odd = {
        quarter: {one.code for one in found} & {"half_or_double", "outside_limits"}
        for quarter, found in receipt.findings.items()
        if quarter
    }
    assert [bool(odd[quarter]) for quarter in YEAR.quarters] == [True, False, False, False]


def test_a_year_that_stands_as_sent_changes_nothing() -> None:
    accept_year(restatement=a_restatement(start_year=2016), by=None)
    receipt = receive(four(3, 3, 3, 3))
    assert (receipt.restatement, receipt.unchanged, Restatement.objects.count()) == (None, YEAR.quarters, 1)


def test_one_quarter_is_neither_accepted_nor_abandoned_alone() -> None:
    candidate = a_restatement().returns.all()[0]
    with pytest.raises(AcceptanceRefused, match="with its year"):
        accept_return(candidate=candidate, by=None)
    assert not abandon_candidate(candidate=candidate, by=None)


def test_one_stale_quarter_keeps_all_four_from_being_accepted() -> None:
    restatement = a_restatement(start_year=2016)
    an_accepted_return(a_csv(referral_lines(9, YEAR.quarters[3])), quarter=YEAR.quarters[3])
    with pytest.raises(AcceptanceRefused):
        accept_year(restatement=restatement, by=None)
    assert standing() == {YEAR.quarters[3]: 9}


def left_the_second() -> Restatement:
    """A year of which the second quarter is sent as it stands."""
    for quarter in YEAR.quarters:
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    receipt = receive(four(4, 3, 4, 4))
    assert receipt.restatement and receipt.unchanged == (YEAR.quarters[1],)
    return receipt.restatement


def test_a_quarter_left_as_it_stood_and_corrected_since_keeps_the_year_from_being_accepted() -> None:
    restatement = left_the_second()
    an_accepted_return(a_csv(referral_lines(9, YEAR.quarters[1])), quarter=YEAR.quarters[1])
    with pytest.raises(AcceptanceRefused, match=r"left 2016-17 Q2 .* version 1, and now version 2 stands"):
        accept_year(restatement=restatement, by=None, reason=REASON)
    assert list(standing().values()) == [3, 9, 3, 3]


def test_a_quarter_left_as_it_stood_and_withdrawn_since_keeps_the_year_from_being_accepted() -> None:
    restatement = left_the_second()
    version = QuarterlyReturn.objects.get(quarter_ordinal=YEAR.quarters[1].ordinal, version=1)
    withdraw_return(version=version, by=None, reason="sent for the wrong quarter")
    with pytest.raises(AcceptanceRefused, match="was withdrawn"):
        accept_year(restatement=restatement, by=None, reason=REASON)


def test_the_page_of_an_accepted_year_shows_what_it_left_whatever_came_since() -> None:
    restatement = left_the_second()
    accept_year(restatement=restatement, by=None, reason=REASON)
    page = a_client(a_user(Role.DATA_OFFICER))
    address = reverse("returns:restatement", args=[restatement.public_id])
    before = page.get(address).context["quarters"]
    an_accepted_return(a_csv(referral_lines(77, YEAR.quarters[1])), quarter=YEAR.quarters[1])
    withdraw_return(
        version=QuarterlyReturn.objects.get(quarter_ordinal=YEAR.quarters[0].ordinal, version=2),
        by=None,
        reason="sent for the wrong quarter",
    )
    withdraw_return(
        version=QuarterlyReturn.objects.get(quarter_ordinal=YEAR.quarters[0].ordinal, version=1),
        by=None,
        reason="sent for the wrong quarter",
    )
    assert page.get(address).context["quarters"] == before


def test_a_large_change_needs_a_reason_for_the_year() -> None:
    for quarter in YEAR.quarters:
        an_accepted_return(a_csv(referral_lines(2, quarter)), quarter=quarter)
    restatement = receive(four(20, 20, 20, 20)).restatement
    assert restatement is not None
    with pytest.raises(ReasonRefused):
        accept_year(restatement=restatement, by=None)
    assert set(standing().values()) == {2}
    accept_year(restatement=restatement, by=None, reason=REASON)
    assert set(standing().values()) == {20}


def test_abandoned_it_leaves_nothing_and_is_told_once() -> None:
    restatement = a_restatement()
    assert abandon_year(restatement=restatement, by=None)
    assert not QuarterlyReturn.objects.filter(state=ReturnState.CANDIDATE).exists()
    assert not Restatement.objects.exists() and not Referral.objects.exists()


def test_a_forgotten_year_leaves_nothing_and_is_no_more_offered() -> None:
    restatement = a_restatement(start_year=2016)
    two_days_ago = timezone.now() - timedelta(days=2)
    QuarterlyReturn.objects.filter(restatement=restatement).update(uploaded_at=two_days_ago)
    Restatement.objects.filter(pk=restatement.pk).update(uploaded_at=two_days_ago)
    address = reverse("returns:restatement", args=[restatement.public_id])
    assert a_client(a_user(Role.DATA_OFFICER)).get(address).status_code == 404
    a_candidate()
    assert not QuarterlyReturn.objects.filter(restatement=restatement).exists()
    assert not Restatement.objects.exists()


def test_an_accepted_year_is_never_forgotten() -> None:
    restatement = a_restatement()
    accept_year(restatement=restatement, by=None)
    two_days_ago = timezone.now() - timedelta(days=2)
    Restatement.objects.filter(pk=restatement.pk).update(uploaded_at=two_days_ago)
    a_candidate()
    assert Restatement.objects.filter(pk=restatement.pk).exists()


def test_accepted_twice_the_second_is_told() -> None:
    restatement = a_restatement()
    accept_year(restatement=restatement, by=None)
    with pytest.raises(AcceptanceRefused, match="no longer waiting"):
        accept_year(restatement=restatement, by=None)


def test_the_year_is_set_beside_what_was_published() -> None:
    area = board_area()
    assert area is not None
    a_benchmark("re_referral_pct", area, 20.0, "2016-17", numerator=8, denominator=40, source="Published table")
    restatement = receive(four(9, 9, 9, 9)).restatement
    assert restatement is not None
    lines = {one.item.code: one for one in reconcile_year(YEAR, area, restatement.returns.all(), [])}
    referrals = lines["referrals_received"]
    assert (referrals.ours, referrals.published, referrals.words) == (36, 40, "−4 (−10.0%)")
    assert referrals.standing is None


def test_a_year_that_lacks_a_quarter_is_not_reconciled() -> None:
    area = board_area()
    assert area is not None
    a_benchmark("re_referral_pct", area, 20.0, "2016-17", numerator=8, denominator=40)
    first = an_accepted_return(a_csv(referral_lines(2, YEAR.quarters[0])), quarter=YEAR.quarters[0])
    assert {line.words for line in reconcile_year(YEAR, area, [first], [])} == {"–"}
