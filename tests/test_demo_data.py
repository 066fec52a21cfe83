"""The demonstration's committed files: how they hang together, and that nobody is in them."""

import csv
import re
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.generator.board import write_demonstration
from tests.oracle import count_items, distinct, partner_counts
from tests.oracle.demo import DEMO, QUARTERS, REFERENCE, YEARS, rows_of
from tests.oracle.files import Quarter, day_of, months_before, read_rows
from tests.oracle.printed import Year


@pytest.fixture(scope="module")
def years() -> dict[str, Year]:
    return {year: Year(DEMO, REFERENCE, year) for year in YEARS}


# How it hangs together


@pytest.mark.parametrize(
    ("stock", "started", "ended"),
    [("plans_open", "plans_started", "plans_ended"), ("looked_after", "started_care", "ended_care")],
)
def test_stocks_balance(years: dict[str, Year], stock: str, started: str, ended: str) -> None:
    quarters = [quarter for year in YEARS for quarter in years[year].quarters]
    for before, now in pairwise(quarters):
        assert (before[stock] or 0) + (now[started] or 0) - (now[ended] or 0) == now[stock]


@pytest.mark.parametrize(
    ("return_type", "keys", "start", "end"),
    [
        ("child_protection_plans", ("plan_id", "child_id"), "start_date", "end_date"),
        ("looked_after_children", ("child_id",), "care_start_date", "care_end_date"),
    ],
)
def test_what_was_open_goes_on_under_the_same_number(
    return_type: str, keys: tuple[str, ...], start: str, end: str
) -> None:
    still_open: set[tuple[str, ...]] | None = None
    for quarter in QUARTERS:
        rows = rows_of(return_type, quarter)
        here = {(*(row[key] for key in keys), row[start]) for row in rows}
        new = {row for row in here if Quarter.parse(quarter).holds(day_of(row[-1]))}
        assert len(here) == len(rows)
        assert still_open is None or here - new == still_open
        still_open = {(*(row[key] for key in keys), row[start]) for row in rows if not row[end]}


def test_plans_of_a_child_never_overlap() -> None:
    spans: dict[str, dict[str, tuple[date, date]]] = {}
    for quarter in QUARTERS:
        for row in rows_of("child_protection_plans", quarter):
            start = day_of(row["start_date"])
            assert start
            spans.setdefault(row["child_id"], {})[row["plan_id"]] = (start, day_of(row["end_date"]) or date.max)
    for plans in spans.values():
        ordered = sorted(plans.values())
        assert all(first[1] < second[0] for first, second in pairwise(ordered))


def test_a_previous_referral_is_the_one_that_was_sent() -> None:
    last: dict[str, date] = {}
    unexplained = Counter[str]()
    for quarter in QUARTERS:
        for row in rows_of("referrals", quarter):
            day, previous = day_of(row["referral_date"]), day_of(row["previous_referral_date"])
            assert day
            known = last.get(row["child_id"])
            if known:
                assert known < day
                if previous is None:
                    unexplained[quarter[:7]] += known >= months_before(day, 12)
                else:
                    assert previous == known
            last[row["child_id"]] = day
    assert set(unexplained) == set(YEARS)
    assert all(count <= 5 for count in unexplained.values())


def test_a_child_grows_older_and_keeps_its_gender() -> None:
    seen: dict[str, tuple[date, int]] = {}
    genders: dict[str, set[str]] = {}
    for quarter in QUARTERS:
        for row in sorted(rows_of("referrals", quarter), key=lambda row: str(day_of(row["referral_date"]))):
            day, age = day_of(row["referral_date"]), int(row["age"])
            assert day
            if row["child_id"] in seen:
                then, before = seen[row["child_id"]]
                passed = (day - then).days / 365.25
                assert passed - 1.01 <= age - before <= passed + 1.01
            seen[row["child_id"]] = (day, age)
            if row["gender"] != "0":
                genders.setdefault(row["child_id"], set()).add(row["gender"])
    assert all(len(found) == 1 for found in genders.values())


def test_children_missing_from_care_are_in_care() -> None:
    for quarter in QUARTERS:
        care = {(row["child_id"]): row for row in rows_of("looked_after_children", quarter)}
        for row in rows_of("missing_episodes", quarter):
            if row["category"] == "missing" and row["looked_after"] == "yes":
                period = care[row["child_id"]]
                began, came = day_of(row["began"]), day_of(period["care_start_date"])
                assert began
                assert came
                assert came <= began <= (day_of(period["care_end_date"]) or date.max)


def test_breakdowns_add_up_to_their_totals() -> None:
    for path in sorted(DEMO.glob("*/*-partner_counts.csv")):
        rows = read_rows(path)
        totals = {row["item"]: row["value"] for row in rows if not row["breakdown"]}
        parts = Counter[str]()
        for row in rows:
            if row["breakdown"]:
                parts[row["item"]] += int(row["value"])
        assert {item: str(total) for item, total in parts.items()} == {item: totals[item] for item in parts}, path.name


def test_returns_that_were_received_are_there_and_no_others() -> None:
    receipts = read_rows(DEMO / "receipts.csv")
    assert {row["file"] for row in receipts} == {str(p.relative_to(DEMO)) for p in DEMO.glob("*/*.csv")}
    assert not (DEMO / "2016-17-Q4" / "MASH-partner_counts.csv").exists()
    on_time = []
    for row in receipts:
        quarter, received = Quarter.parse(row["quarter"]), datetime.fromisoformat(row["received_at"])
        assert row["file"] == f"{quarter.folder}/{row['supplier']}-{row['return_type']}.csv"
        assert quarter.last_day < received.date() < date(2017, 5, 24)
        if row["quarter"].startswith("2016-17"):
            on_time.append(received.date() <= quarter.last_day + timedelta(days=30))
    assert 0.85 < sum(on_time) / len(on_time) < 0.95


def test_provenance_covers_every_item_and_year() -> None:
    covered = {(row["item"], row["period"]) for row in read_rows(DEMO / "provenance.csv")}
    counted = count_items(DEMO, QUARTERS[-1]) | partner_counts(DEMO, QUARTERS[-5]) | distinct(DEMO, [QUARTERS[-1]])
    assert {(item, year) for item in counted for year in YEARS} <= covered
    assert {row["basis"] for row in read_rows(DEMO / "provenance.csv")} == {"printed", "DfE", "scaled", "synthetic"}


# Nobody is in it


FORBIDDEN_HEADINGS = re.compile(r"name|address|postcode|nhs|upn|birth|dob|mail|phone|comment|text", re.IGNORECASE)
FORBIDDEN_VALUES = re.compile(
    r"@|\b\d{10}\b|\b[A-Z]\d{12}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b0\d{4} ?\d{6}\b|\b[A-Z]{2}\d{6}[A-D]\b"
)
IDENTIFIERS = re.compile(r"[A-Z]-?\d{5,8}")


def test_no_column_looks_like_a_direct_identifier() -> None:
    for path in sorted(DEMO.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
            assert not [name for name in header if FORBIDDEN_HEADINGS.search(name)], path.name
        text = path.read_text(encoding="utf-8")
        assert not FORBIDDEN_VALUES.search(text), path.name
        for row in read_rows(path):
            for name, cell in row.items():
                if name.endswith("_id") and name != "session_id":
                    assert IDENTIFIERS.fullmatch(cell), f"{path.name}: {name}"


# And it can be made again


def test_writing_it_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    write_demonstration(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    committed = {path.relative_to(DEMO): path.read_bytes() for path in DEMO.rglob("*.csv")}
    assert made.keys() == committed.keys()
    assert [str(path) for path in made if made[path] != committed[path]] == []
