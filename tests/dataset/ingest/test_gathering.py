"""What checking is told of the database: what is owed, what is stored already, what was open before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dataset.ingest.gathering import BoardNotSetUp, checking_context, history
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import (
    QUARTER,
    a_csv,
    a_receipt,
    a_standing_board,
    an_accepted_return,
    an_agency,
    counts_file,
    purged,
    referral_lines,
)

pytestmark = pytest.mark.django_db
BEFORE = QUARTER - 1


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def again(**changes: str) -> bytes:
    """One referral of this quarter, of the child whom last quarter's file calls C00001."""
    lines = referral_lines(1)
    lines[0] |= {"referral_id": "R9", **changes}
    return a_csv(lines)


def earlier(number: int) -> None:
    an_accepted_return(a_csv(referral_lines(number, BEFORE)), quarter=BEFORE)


def test_a_child_referred_last_quarter_and_not_said_to_be_is_a_query() -> None:
    earlier(3)
    (query,) = a_receipt(again()).queries
    assert (query.code, query.line, query.expected) == ("earlier_referral", 2, f"{BEFORE.start:%d/%m/%Y}")


def test_only_the_current_version_of_last_quarter_is_asked() -> None:
    earlier(3)
    lines = referral_lines(1, BEFORE)
    lines[0] |= {"child_id": "C77777"}
    an_accepted_return(a_csv(lines), quarter=BEFORE)
    assert a_receipt(again()).queries == ()


def test_another_child_of_last_quarter_is_no_query() -> None:
    earlier(3)
    assert a_receipt(again(child_id="C88888")).queries == ()


def plans(*numbers: str, quarter: Quarter) -> bytes:
    start = (BEFORE.start + timedelta(days=3)).strftime("%d/%m/%Y")
    names = (
        "plan_id", "child_id", "start_date", "end_date", "category", "latest_category", "number_of_previous_plans",
        "previous_plan_end_date", "reviews_in_timescale", "age", "gender", "locality",
    )  # fmt: skip
    due = "" if quarter == BEFORE else "yes"
    rows = [(one, f"C{one}", start, "", "NEG", "NEG", "0", "", due, "9", "F", "Salisbury") for one in numbers]
    return a_csv([dict(zip(names, row, strict=True)) for row in rows], names)


def test_a_plan_open_last_quarter_and_gone_is_a_query_without_its_number() -> None:
    kind = "child_protection_plans"
    an_accepted_return(plans("P111", "P222", quarter=BEFORE), return_type=kind, quarter=BEFORE)
    found = [
        one for one in a_receipt(plans("P111", quarter=QUARTER), return_type=kind).queries if one.code == "vanished"
    ]
    assert len(found) == 1
    assert "1 plan that was open at the end of 2016-17 Q3" in found[0].message
    assert "P222" not in str(found[0])


def test_of_a_purged_quarter_nothing_is_known_and_nothing_appeared() -> None:
    kind = "child_protection_plans"
    numbers = [f"P{number}" for number in range(100, 112)]
    purged(an_accepted_return(plans(*numbers, quarter=BEFORE), return_type=kind, quarter=BEFORE))
    long_open = plans(*numbers, quarter=QUARTER).replace(
        f"{BEFORE.start + timedelta(days=3):%d/%m/%Y}".encode(), b"06/05/2015"
    )
    assert a_receipt(long_open, return_type=kind).queries == ()


def test_an_item_of_records_may_come_as_a_total_until_its_records_have() -> None:
    counts = counts_file("CSC", QUARTER, referrals_received=8, rereferrals=3)
    assert a_receipt(counts, return_type="partner_counts").errors == ()
    an_accepted_return()
    codes = {one.code for one in a_receipt(counts, return_type="partner_counts").errors}
    assert codes == {"item_of_records"}


def test_an_annual_item_is_owed_in_its_quarter() -> None:
    for quarter, is_owed in ((Quarter(2016, 3), False), (Quarter(2016, 4), True)):
        context = checking_context(RETURN_TYPES["partner_counts"], an_agency("POL"), quarter, nil=False)
        assert ("registered_sexual_offenders" in context.owed_items) is is_owed


def test_attendance_is_asked_of_the_sessions_of_the_same_quarter() -> None:
    supplier = an_agency("BOARD")
    assert history(RETURN_TYPES["training_attendance"], supplier, QUARTER).attendance_by_session == {}
    content = (Path(__file__).parents[3] / "fixtures/demo/2016-17-Q4/BOARD-training_sessions.csv").read_bytes()
    an_accepted_return(content, return_type="training_sessions", supplier="BOARD")
    sessions = history(RETURN_TYPES["training_attendance"], supplier, QUARTER).attendance_by_session
    assert len(sessions) == len(content.decode().strip().splitlines()) - 1
    assert history(RETURN_TYPES["training_attendance"], supplier, BEFORE).attendance_by_session == {}


def test_a_board_without_its_area_says_what_to_load(settings: Any) -> None:
    settings.BOARD_AREA_CODE = "E06000999"
    with pytest.raises(BoardNotSetUp, match="manage.py load_population"):
        a_receipt()
