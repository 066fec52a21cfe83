"""The board's clock: the real one, or the demonstration's day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from dataset import boardtime


def test_without_a_setting_board_time_is_the_real_time(settings: Any) -> None:
    settings.BOARD_TIME = ""
    before = timezone.now()
    assert before <= boardtime.now() <= timezone.now()


def test_the_demonstrations_day_stands_still_while_its_hours_run(settings: Any) -> None:
    settings.BOARD_TIME = "2017-05-24"
    first = boardtime.now()
    assert boardtime.today() == date(2017, 5, 24)
    assert first <= boardtime.now() and timezone.is_aware(first)


def test_a_held_moment_ends_with_its_block_and_inner_ones_with_theirs(settings: Any) -> None:
    settings.BOARD_TIME = "2017-05-24"
    outer, inner = datetime(2016, 7, 1, 9, tzinfo=UTC), datetime(2016, 8, 1, 9, tzinfo=UTC)
    with boardtime.at(outer):
        with boardtime.at(inner):
            assert boardtime.now() == inner
        assert boardtime.now() == outer
    assert boardtime.today() == date(2017, 5, 24)


def test_today_is_the_day_here_not_in_greenwich() -> None:
    with boardtime.at(datetime(2017, 6, 30, 23, 30, tzinfo=UTC)):  # half past midnight in summer
        assert boardtime.today() == date(2017, 7, 1)


def test_the_end_of_a_day_is_before_the_next_one_also_when_the_clocks_change() -> None:
    for day in (date(2017, 3, 26), date(2017, 10, 29), date(2017, 5, 24)):
        end = boardtime.end_of(day)
        assert timezone.localtime(end).date() == day
        assert timezone.localtime(end + timedelta(microseconds=1)).date() > day
