"""Files held against the returns that were accepted before them: each rule on a real file, end to end."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from dataset.ingest.storing import Receipt
from dataset.models import StoredFinding
from dataset.periods import Quarter
from tests.builders import (
    QUARTER,
    a_csv,
    a_receipt,
    a_standing_board,
    an_accepted_return,
    an_agency,
    counts_file,
    missing_file,
    on,
    referral_lines,
)
from tests.dataset.files import a_file_of, a_file_with

PLANS, CHILDREN = "child_protection_plans", "looked_after_children"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        an_agency("BOARD")
        yield


def referrals(number: int, quarter: Quarter = QUARTER, **cells: str) -> bytes:
    lines = [{**line, **cells} for line in referral_lines(number, quarter)]
    for line in lines:
        line["referral_id"] += quarter.slug
        line["child_id"] += quarter.slug
    return a_csv(lines)


def earlier(quarters: int, rows: int = 40) -> None:
    """So many quarters of referrals, the last of them just before ours."""
    for back in range(quarters, 0, -1):
        an_accepted_return(referrals(rows + back % 3, QUARTER - back), quarter=QUARTER - back)


def codes(receipt: Receipt) -> list[str]:
    assert not receipt.errors
    return [finding.code for finding in receipt.queries]


def test_a_total_outside_its_limits_is_stored_with_the_candidate() -> None:
    earlier(8)
    receipt = a_receipt(referrals(70))
    assert codes(receipt) == ["outside_limits"]
    stored = StoredFinding.objects.get(quarterly_return=receipt.candidate)
    assert (stored.code, stored.found) == ("outside_limits", "70")
    assert "Referrals received: 70." in stored.message


def test_half_or_double_where_there_are_no_limits_yet() -> None:
    earlier(4)
    assert codes(a_receipt(referrals(90))) == ["half_or_double"]
    assert codes(a_receipt(referrals(44))) == []


def test_a_code_and_a_column_that_vanished() -> None:
    earlier(4)
    assert codes(a_receipt(referrals(40, outcome="early help"))) == ["code_vanished"]
    assert codes(a_receipt(referrals(40, primary_need=""))) == ["column_now_blank"]


def test_a_column_that_the_file_lacks_is_blank() -> None:
    earlier(4)
    lines = [{name: text for name, text in line.items() if name != "locality"} for line in referral_lines(40)]
    assert "column_now_blank" in codes(a_receipt(a_csv(lines, list(lines[0]))))


def test_three_quarters_are_too_few_to_miss_anything() -> None:
    earlier(3)
    assert codes(a_receipt(referrals(40, outcome="early help", primary_need=""))) == []


def test_a_quarter_that_did_not_come_leaves_too_few() -> None:
    for back in (6, 5, 3, 2, 1):
        an_accepted_return(referrals(40, QUARTER - back), quarter=QUARTER - back)
    assert codes(a_receipt(referrals(40, outcome="early help"))) == []


def test_one_day_needs_no_history() -> None:
    day = QUARTER.start + timedelta(days=30)
    text = f"{day:%d/%m/%Y}"
    assert set(codes(a_receipt(referrals(30, referral_date=text, decision_date="")))) == {"one_day"}


def test_a_nil_return_and_a_first_return_are_asked_nothing() -> None:
    assert codes(a_receipt(referrals(40))) == []
    earlier(8)
    assert codes(a_receipt(b"", nil=True)) == []


def test_the_version_that_stands_is_the_one_compared_with() -> None:
    earlier(4)
    an_accepted_return(referrals(90, QUARTER - 4), quarter=QUARTER - 4)
    an_accepted_return(referrals(85, QUARTER - 1), quarter=QUARTER - 1)
    assert codes(a_receipt(referrals(88))) == []


def test_a_counts_return_is_asked_item_by_item_on_its_line() -> None:
    for back in range(8, 0, -1):
        quarter = QUARTER - back
        an_accepted_return(
            counts_file("POL", quarter, da_incidents=800 + back),
            quarter=quarter,
            return_type="partner_counts",
            supplier="POL",
        )
    receipt = a_receipt(counts_file("POL", QUARTER, da_incidents=80), return_type="partner_counts", supplier="POL")
    [finding] = receipt.queries
    assert (finding.code, finding.column, finding.found) == ("outside_limits", "value", "80")
    lines = counts_file("POL", QUARTER, da_incidents=80).decode().splitlines()
    assert lines[(finding.line or 0) - 1].startswith("da_incidents")


def test_sessions_sent_again_are_held_against_the_attendance_that_stands() -> None:
    sessions = a_file_of("training_sessions", 3, QUARTER)
    an_accepted_return(sessions, return_type="training_sessions", supplier="BOARD")
    attendance = a_csv(
        [{"session_id": f"s{place}", "sector": "schools", "attended": "10"} for place in range(3)],
        ("session_id", "sector", "attended"),
    )
    an_accepted_return(attendance, return_type="training_attendance", supplier="BOARD")
    again = a_file_of("training_sessions", 3, QUARTER, seed=1)
    assert codes(a_receipt(again, return_type="training_sessions", supplier="BOARD")) == ["attendance_differs"] * 3


def test_plans_roll_forward_through_the_database() -> None:
    long_ago, before = date(2015, 6, 1), date(2016, 11, 1)
    last = [{"plan_id": name, "start_date": before, "reviews_in_timescale": True} for name in ("p1", "p2", "p3")]
    an_accepted_return(a_file_with(PLANS, *last), return_type=PLANS)
    now = [
        {"plan_id": "p1", "start_date": before},
        {"plan_id": "p2", "start_date": before - timedelta(days=60)},
        {"plan_id": "p9", "start_date": long_ago},
    ]
    content = a_file_with(PLANS, *({**row, "reviews_in_timescale": True} for row in now))
    with on(date(2017, 7, 20)):
        receipt = a_receipt(content, return_type=PLANS, quarter=QUARTER + 1)
    assert [(finding.code, finding.line) for finding in receipt.queries] == [
        ("vanished", None),
        ("rewritten", 3),
        ("appeared", 4),
    ]


def test_children_who_appear_long_in_care() -> None:
    def child(name: str, start: date) -> dict[str, object]:
        return {"child_id": name, "care_start_date": start, "placement_start_date": date(2017, 1, 9)}

    an_accepted_return(a_file_with(CHILDREN, child("a", date(2017, 1, 9))), return_type=CHILDREN)
    rows = [child("a", date(2017, 1, 9)), child("b", date(2016, 12, 1)), child("c", date(2017, 2, 1))]
    with on(date(2017, 7, 20)):
        receipt = a_receipt(a_file_with(CHILDREN, *rows), return_type=CHILDREN, quarter=QUARTER + 1)
    assert not receipt.errors
    assert [(finding.code, finding.line) for finding in receipt.queries if finding.code == "appeared"] == [
        ("appeared", 3)
    ]


def test_missing_episodes_are_not_rolled_forward() -> None:
    sent = {"return_type": "missing_episodes", "supplier": "MISS"}
    an_accepted_return(missing_file(["A"], QUARTER - 1), quarter=QUARTER - 1, **sent)
    assert codes(a_receipt(missing_file(["B"]), **sent)) == []
