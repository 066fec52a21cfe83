"""`manage.py recount`: figures for an item that a version was never counted for; nothing else is touched."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dataset.models import Figure
from dataset.periods import Window
from tests.builders import (
    QUARTER,
    a_candidate,
    a_csv,
    a_standing_board,
    an_accepted_return,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
CONTENT = ("item", "quarter_ordinal", "window", "breakdown", "category", "value", "known", "state", "quarterly_return")


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    """Two versions of one return, two quarters of another, and an upload that waits."""
    with a_standing_board(tmp_path / "identifier.key"):
        with on(date(2017, 4, 20)):
            an_accepted_return()
            an_accepted_return(a_csv(referral_lines(5)))
            for quarter, children in ((QUARTER - 1, "ab"), (QUARTER - 2, "a"), (QUARTER - 3, "ac")):
                an_accepted_return(
                    missing_file(children, quarter), return_type="missing_episodes", supplier="MISS", quarter=quarter
                )
            a_candidate(quarter=QUARTER - 1)
        yield


def recount(*items: str) -> str:
    out = StringIO()
    call_command("recount", *(["--item", *items] if items else []), stdout=out)
    return out.getvalue()


def figures(**which: Any) -> set[tuple[Any, ...]]:
    return set(Figure.objects.filter(**which).values_list(*CONTENT))


def test_when_all_is_counted_nothing_is_added_or_touched() -> None:
    before = list(Figure.objects.order_by("pk").values())
    assert recount() == "0 figures added.\n"
    assert list(Figure.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("item", ["referrals_received", "children_missing"])
def test_a_missing_item_is_counted_as_it_would_have_been(item: str) -> None:
    whole = figures(item=item)
    others = list(Figure.objects.exclude(item=item).order_by("pk").values())
    Figure.objects.filter(item=item).delete()
    recount(item)
    assert figures(item=item) >= {row for row in whole if row[2] == Window.QUARTER}
    assert newest(figures(item=item)) == newest(whole)
    assert list(Figure.objects.exclude(item=item).order_by("pk").values()) == others


def newest(rows: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], set[Any]]:
    """Values by item, quarter, window and category, whichever version they are kept with."""
    found: dict[tuple[Any, ...], set[Any]] = {}
    for row in rows:
        found.setdefault(row[:5], set()).add(row[5])
    return found


def test_what_is_counted_later_is_dated_later() -> None:
    Figure.objects.filter(item="referrals_received").delete()
    recount()
    days = {figure.counted_at.date() for figure in Figure.objects.filter(item="referrals_received")}
    assert days == {date(2017, 5, 24)}


def test_a_waiting_upload_is_not_counted() -> None:
    recount()
    assert not Figure.objects.filter(quarterly_return__state="candidate").exists()


@pytest.mark.parametrize("item", ["nonsense", "police_protections"])
def test_an_item_that_is_not_counted_from_records_is_refused(item: str) -> None:
    with pytest.raises(CommandError, match=f"no data item counted from records called {item}"):
        recount(item)
