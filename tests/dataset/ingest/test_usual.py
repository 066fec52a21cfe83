"""What a return is compared with to see whether it looks like those before it."""

from datetime import date
from typing import Any

import pytest

from dataset.definitions import Timing
from dataset.ingest.context import Context
from dataset.ingest.findings import Finding
from dataset.ingest.past import headline_items
from dataset.ingest.usual import Usual, check_rows, check_totals
from dataset.measures import ITEMS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.dataset.rows import frame_of

QUARTER = Quarter(2016, 4)
STEADY = [100, 104, 97, 101, 99, 103, 98, 102]


def totals(value: int, past: list[int], item: str = "referrals_received", line: int | None = None) -> list[Finding]:
    """The total beside the quarters just before, oldest first."""
    series = {QUARTER - back: one for back, one in enumerate(reversed(past), start=1)}
    return check_totals([(ITEMS[item], value)], {item: series}, QUARTER, {item: line} if line else {})


def test_a_total_outside_its_own_limits_says_what_it_was_and_what_is_usual() -> None:
    [finding] = totals(160, STEADY)
    assert (finding.code, finding.line, finding.column, finding.found) == ("outside_limits", None, "", "160")
    assert finding.expected == "90 to 111"
    assert "102 the quarter before and 99 a year before" in finding.message


@pytest.mark.parametrize("value", [100, 111, 90, 125, 77])
def test_a_total_that_is_near_the_quarter_before_is_usual(value: int) -> None:
    assert totals(value, STEADY) == []


def test_a_total_that_is_near_last_years_same_quarter_is_usual_although_far_from_the_last() -> None:
    seasonal = [40, 100, 100, 100, 41, 100, 100, 100]
    assert totals(42, seasonal) == []


def test_limits_need_eight_points_and_half_or_double_stands_in_for_them() -> None:
    [finding] = totals(48, STEADY[:5])
    assert (finding.code, finding.expected) == ("half_or_double", "about 104")
    assert totals(60, STEADY[:5]) == []


def test_without_last_year_it_is_the_mean_of_the_last_four() -> None:
    series = {QUARTER - back: 50 for back in (1, 2, 3, 5)}
    [finding] = check_totals([(ITEMS["referrals_received"], 100)], {"referrals_received": series}, QUARTER)
    assert (finding.code, finding.expected) == ("half_or_double", "about 50")


def test_small_numbers_double_every_other_day() -> None:
    assert totals(18, [4, 5, 4, 6, 5]) == []
    assert totals(19, [4, 5, 4, 6, 5, 5, 4, 6]) == []


def test_a_first_return_is_usual() -> None:
    assert totals(500, []) == []


def test_a_total_of_a_counts_return_is_found_on_its_line() -> None:
    [finding] = totals(160, STEADY, item="contacts", line=7)
    assert (finding.line, finding.column) == (7, "value")


def test_an_annual_total_is_held_against_the_years_before() -> None:
    item = next(one for one in ITEMS.values() if one.timing is Timing.ANNUAL and one.source == "partner_counts")
    series = {QUARTER - 4: 60, QUARTER - 8: 58, QUARTER - 1: 7}
    [finding] = check_totals([(item, 20)], {item.code: series}, QUARTER)
    assert (finding.code, finding.expected) == ("half_or_double", "about 60")


def test_every_return_of_records_has_a_total_that_it_is_known_by() -> None:
    assert all(headline_items(kind) for kind in RETURN_TYPES.values())
    assert [item.code for item in headline_items(RETURN_TYPES["referrals"])] == ["referrals_received"]


# Rows


def rows(code: str, frame: Any, usual: Usual | None = None, quarter: Quarter = QUARTER, nil: bool = False) -> list[Any]:
    context = Context(RETURN_TYPES[code], quarter, "CSC", nil=nil)
    return check_rows(frame, context, usual or Usual())


def referrals(number: int, **cells: Any) -> Any:
    """Referrals on different days."""
    return frame_of(
        "referrals",
        *({"referral_date": date(2017, 1 + place % 3, 1 + place % 28), **cells} for place in range(number)),
    )


def test_a_code_that_was_always_there_and_is_gone() -> None:
    usual = Usual(rows=(100,) * 4, codes={"outcome": {"assessment": (60,) * 4, "no further action": (12, 15, 11, 10)}})
    [finding] = rows("referrals", referrals(80), usual)
    assert (finding.code, finding.column, finding.found) == ("code_vanished", "outcome", "no “no further action”")


@pytest.mark.parametrize(
    ("counts", "number"),
    [((12, 15, 9, 11), 80), ((12, 15, 11, 10), 30)],
    ids=["it was not often there", "few rows would have had it"],
)
def test_a_code_is_not_missed(counts: tuple[int, ...], number: int) -> None:
    usual = Usual(rows=(100,) * 4, codes={"outcome": {"no further action": counts}})
    assert rows("referrals", referrals(number), usual) == []


def test_a_code_that_ended_is_not_missed() -> None:
    usual = Usual(rows=(100,) * 4, codes={"category": {"absent": (30,) * 4}})
    days = [{"began": date(2017, 1 + place % 3, 1 + place % 28)} for place in range(80)]
    assert rows("missing_episodes", frame_of("missing_episodes", *days), usual) == []


def test_yes_and_no_are_codes_too() -> None:
    usual = Usual(rows=(100,) * 4, codes={"repeat": {"yes": (30,) * 4, "no": (70,) * 4}})
    [finding] = rows("marac_cases", frame_of("marac_cases", *({} for _ in range(60))), usual)
    assert (finding.column, finding.found) == ("repeat", "no “yes”")


def test_a_column_that_was_filled_and_is_blank() -> None:
    usual = Usual(rows=(100,) * 4, filled={"primary_need": (95, 90, 99, 100), "decision_date": (10,) * 4})
    [finding] = rows("referrals", referrals(80), usual)
    assert (finding.code, finding.column) == ("column_now_blank", "primary_need")
    assert "90% of the rows" in finding.message
    assert rows("referrals", referrals(80, primary_need="N1"), usual) == []


def test_a_column_wholly_blank_is_told_once_not_by_its_codes() -> None:
    usual = Usual(
        rows=(100,) * 4, codes={"primary_need": {"N1": (90,) * 4}}, filled={"primary_need": (95, 90, 99, 100)}
    )
    assert [finding.code for finding in rows("referrals", referrals(80), usual)] == ["column_now_blank"]


def test_all_dates_on_one_day() -> None:
    same = frame_of("referrals", *({"referral_date": date(2017, 3, 31)} for _ in range(20)))
    [finding] = rows("referrals", same)
    assert (finding.code, finding.column, finding.found) == ("one_day", "referral_date", "31/03/2017 on 20 rows")
    assert rows("referrals", same.iloc[:19]) == []
    mixed = same.assign(referral_date=[date(2017, 3, 31)] * 16 + [date(2017, 3, day) for day in (1, 2, 3, 4)])
    assert rows("referrals", mixed) == []


def test_the_rows_of_a_meeting_share_its_day() -> None:
    assert rows("board_attendance", frame_of("board_attendance", *({} for _ in range(30)))) == []


def test_a_nil_return_is_not_asked_what_it_left_out() -> None:
    usual = Usual(rows=(100,) * 4, codes={"outcome": {"assessment": (60,) * 4}})
    assert rows("referrals", frame_of("referrals"), usual, nil=True) == []
