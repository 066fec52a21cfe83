"""Frames → rows: each cell comes back from the database as it went in, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dataset.ingest.records import store_records
from dataset.models import RECORD_MODELS, BoardAttendance, QuarterlyReturn, Record
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_candidate, a_standing_board, an_agency
from tests.dataset.rows import frame_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def stored(code: str, *rows: dict[str, Any]) -> list[Record]:
    """The rows as the database gives them back."""
    version = QuarterlyReturn.objects.create(
        return_type=code, supplier=an_agency("CSC"), area=a_candidate().area, quarter_ordinal=QUARTER.ordinal,
        file_digest="0" * 64, uploaded_at="2017-05-24T09:00Z",
    )  # fmt: skip
    frame, prepare = frame_of(code, *rows), RETURN_TYPES[code].prepare
    store_records(version, prepare(frame, QUARTER) if prepare else frame)
    return list(RECORD_MODELS[code]._default_manager.filter(quarterly_return=version).order_by("pk"))


@pytest.mark.parametrize("code", list(RECORD_MODELS))
def test_a_plain_row_of_every_return_can_be_stored(code: str) -> None:
    assert len(stored(code, {}, {})) == 2


@pytest.mark.parametrize(
    "seat",
    [
        'Head of “care”, "acting"',
        "a,b\tc",
        "\\N",
        "NULL",
        "None",
        "nan",
        "<NA>",
        "'; DROP TABLE x; --",
        "Ünïcødé ✓",
        "",
    ],
)
def test_text_comes_back_letter_for_letter(seat: str) -> None:
    (row,) = stored("board_attendance", {"seat": seat})
    assert isinstance(row, BoardAttendance)
    assert row.seat == seat


def test_what_is_not_known_is_null_and_not_nought_or_no() -> None:
    first, second = stored(
        "looked_after_children",
        {"distance_miles": 0.0, "reviews_in_timescale": False, "care_end_date": date(2017, 3, 30)},
        {},
    )
    known = [(one.distance_miles, one.reviews_in_timescale, one.care_end_date) for one in (first, second)]
    assert known == [(0.0, False, date(2017, 3, 30)), (None, None, None)]


def test_a_whole_number_stays_whole_beside_blanks() -> None:
    rows = stored("training_sessions", {"booked": 24}, {"booked": None})
    assert [row.booked for row in rows] == [24, None]


def test_a_leap_day_is_that_day() -> None:
    (row,) = stored("referrals", {"previous_referral_date": date(2016, 2, 29)})
    assert row.previous_referral_date == date(2016, 2, 29)
