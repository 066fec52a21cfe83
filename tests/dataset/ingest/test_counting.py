"""Stored records → figures: as a slow counter of the files counts them, and recounted where a correction reaches."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from accounts.agencies import load_agencies
from dataset.definitions import State, Timing
from dataset.measures import ITEMS
from dataset.models import RECORD_MODELS, Figure, QuarterlyReturn
from dataset.owing import owner_of
from dataset.periods import Quarter, Window
from tests import oracle as slow
from tests.builders import (
    QUARTER,
    REFERRAL_COLUMNS,
    a_csv,
    a_standing_board,
    an_accepted_return,
    missing_file,
    missing_lines,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
DEMONSTRATION = ROOT / "fixtures" / "demo"


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    load_agencies((ROOT / "fixtures" / "reference" / "agencies.csv").read_bytes(), by_label="tests")
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def totals(version: QuarterlyReturn) -> dict[str, int | None]:
    figures = version.figures.filter(breakdown="", window=Window.QUARTER)
    return dict(figures.values_list("item", "value"))


def windows(item: str = "children_missing") -> dict[tuple[str, str], int | None]:
    """The newest count of each longer window."""
    figures = Figure.objects.filter(item=item).exclude(window=Window.QUARTER).order_by("pk")
    return {(str(figure.quarter), figure.window): figure.value for figure in figures}


# Against the slow counter ------------------------------------------------------------------------------


def test_every_figure_of_every_record_return_is_the_slow_counters() -> None:
    """A quarter of the demonstration's ten record returns through the real door."""
    folder = DEMONSTRATION / QUARTER.slug
    counted: dict[str, int | None] = {}
    for code in RECORD_MODELS:
        content = (folder / f"{owner_of(code)}-{code}.csv").read_bytes()
        counted |= totals(an_accepted_return(content, return_type=code, supplier=owner_of(code)))
    expected = slow.count_items(DEMONSTRATION, str(QUARTER))
    assert set(counted) == {item.code for item in ITEMS.values() if item.source in RECORD_MODELS}
    assert counted == {item: expected[item] for item in counted}
    assert_parts_add_up()


def assert_parts_add_up() -> None:
    """The categories of every breakdown add up to the item's total, whatever rows there were."""
    whole = {figure.item: figure.value for figure in Figure.objects.filter(breakdown="", window=Window.QUARTER)}
    added: dict[tuple[str, str], int] = {}
    for item, breakdown, value in Figure.objects.exclude(breakdown="").values_list("item", "breakdown", "value"):
        added[(item, breakdown)] = added.get((item, breakdown), 0) + (value or 0)
    declared = {
        (item.code, name) for item in ITEMS.values() if item.source in RECORD_MODELS for name in item.breakdowns
    }
    assert set(added) == declared
    assert added == {(item, name): whole[item] for item, name in declared}


@pytest.mark.parametrize("seed", range(4))
def test_odd_referrals_are_counted_as_the_slow_counter_counts_them(seed: int, tmp_path: Path) -> None:
    """Days about the edges of 'within twelve months' and 'one working day', with and without the optional column."""
    chance = random.Random(seed)
    lines = referral_lines(60)
    for line in lines:
        day = QUARTER.start + timedelta(days=chance.randrange(80))
        line["referral_date"] = f"{day:%d/%m/%Y}"
        before = day - timedelta(days=chance.choice((1, 364, 365, 366, 367, 400)))
        line["previous_referral_date"] = chance.choice(("", f"{before:%d/%m/%Y}"))
        line["decision_date"] = chance.choice(("", f"{day + timedelta(days=chance.randrange(5)):%d/%m/%Y}"))
        line["outcome"] = chance.choice(("assessment", "no further action", "information and advice"))
        line["age"] = str(chance.randrange(18))
        line["gender"] = chance.choice("MFU")
    columns = REFERRAL_COLUMNS if seed else tuple(name for name in REFERRAL_COLUMNS if name != "decision_date")
    content = a_csv([{name: line[name] for name in columns} for line in lines], columns)
    counted = totals(an_accepted_return(content))
    assert counted == from_file(tmp_path, "CSC-referrals", content, counted)


@pytest.mark.parametrize("seed", range(4))
def test_odd_missing_episodes_are_counted_as_the_slow_counter_counts_them(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    lines = missing_lines([f"C{chance.randrange(9)}" for _ in range(60)])
    for line in lines:
        outcome = chance.choice(("completed", "declined", "covered by another interview", "not completed", "not due"))
        returned = outcome == "completed" or chance.random() < 0.8
        line |= {name: chance.choice(("yes", "no")) for name in ("looked_after", "placed_by_other_authority")}
        line |= {
            "category": chance.choice(("missing", "missing", "away from placement")),
            "returned": "yes" if returned else "no",
            "hours_missing": "5" if returned else "",
            "interview_outcome": outcome,
            "hours_to_interview": chance.choice(("71.9", "72", "72.1")) if outcome == "completed" else "",
            "interview_offered": "yes" if outcome in ("completed", "declined") else chance.choice(("yes", "no")),
        }
    content = a_csv(lines, list(lines[0]))
    counted = totals(an_accepted_return(content, return_type="missing_episodes", supplier="MISS"))
    assert counted == from_file(tmp_path, "MISS-missing_episodes", content, counted)


def from_file(
    folder: Path, name: str, content: bytes, like: dict[str, int | None], quarter: Quarter = QUARTER
) -> dict[str, int | None]:
    """What the slow counter finds in one file for the same items."""
    (folder / quarter.slug).mkdir()
    (folder / quarter.slug / f"{name}.csv").write_bytes(content)
    found = slow.count_items(folder, str(quarter))
    return {item: found[item] for item in like}


# What is not there -------------------------------------------------------------------------------------


def test_without_an_optional_column_its_item_is_not_available_and_never_nought() -> None:
    columns = tuple(name for name in REFERRAL_COLUMNS if name != "decision_date")
    version = an_accepted_return(a_csv([{name: line[name] for name in columns} for line in referral_lines()], columns))
    figure = version.figures.get(item="referrals_decided_in_one_day", breakdown="")
    assert (figure.value, figure.state) == (None, State.NOT_AVAILABLE)
    assert figure.note == "The file had no column decision_date."
    assert version.figures.get(item="referrals_received", breakdown="").value == 3


def test_a_code_that_did_not_exist_yet_is_not_available() -> None:
    folder, quarter = DEMONSTRATION / "2015-16-Q2", Quarter(2015, 2)
    lines = list(csv.DictReader((folder / "CSC-assessments.csv").open(encoding="utf-8")))[:20]
    version = an_accepted_return(a_csv(lines, list(lines[0])), return_type="assessments", quarter=quarter)
    figure = version.figures.get(item="assessments_fgm_or_belief", breakdown="")
    assert (figure.value, figure.state) == (None, State.NOT_AVAILABLE)


def test_an_answer_that_is_blank_is_not_known() -> None:
    lines = referral_lines(5)
    lines[0]["decision_date"] = lines[1]["decision_date"] = ""
    figure = an_accepted_return(a_csv(lines)).figures.get(item="referrals_decided_in_one_day", breakdown="")
    assert (figure.value, figure.known) == (3, 3)


def test_a_blank_category_is_counted_as_unknown() -> None:
    lines = referral_lines(3)
    lines[0]["locality"] = ""
    version = an_accepted_return(a_csv(lines))
    found = version.figures.filter(item="referrals_received", breakdown="locality")
    assert dict(found.values_list("category", "value")) == {"unknown": 1, "Salisbury": 2}


# Children counted once ---------------------------------------------------------------------------------

YEAR = [Quarter(2016, number) for number in (1, 2, 3, 4)]


def missing(children: str, quarter: Quarter, **cells: str) -> QuarterlyReturn:
    """A return with one episode for each letter: 'aab' is two of child a and one of child b."""
    content = missing_file(list(children), quarter, **cells)
    return an_accepted_return(content, return_type="missing_episodes", supplier="MISS", quarter=quarter)


def test_a_child_missing_in_two_quarters_is_one_child_of_the_year() -> None:
    missing("aab", YEAR[0])
    missing("bc", YEAR[1])
    assert windows()[("2016-17 Q2", Window.YEAR_TO_DATE)] == 3


def test_a_child_reaches_twelve_times_over_the_quarters_together() -> None:
    missing("a" * 7, YEAR[0])
    missing("a" * 5 + "b" * 11, YEAR[1])
    assert windows("children_missing_12_times")[("2016-17 Q2", Window.YEAR_TO_DATE)] == 1


def test_a_window_with_a_quarter_not_returned_has_no_count() -> None:
    missing("ab", YEAR[0])
    missing("bc", YEAR[2])
    assert ("2016-17 Q3", Window.YEAR_TO_DATE) not in windows()
    missing("cd", YEAR[1])
    assert windows()[("2016-17 Q3", Window.YEAR_TO_DATE)] == 4


def test_a_nil_quarter_does_not_make_a_year_with_children_nil() -> None:
    missing("ab", YEAR[0])
    an_accepted_return(b"", return_type="missing_episodes", supplier="MISS", quarter=YEAR[1], nil=True)
    figure = Figure.objects.get(item="children_missing", quarter_ordinal=YEAR[1].ordinal, window=Window.YEAR_TO_DATE)
    assert (figure.value, figure.state) == (2, State.REPORTED)


def test_a_year_of_nil_quarters_is_nil() -> None:
    for quarter in YEAR[:2]:
        an_accepted_return(b"", return_type="missing_episodes", supplier="MISS", quarter=quarter, nil=True)
    figure = Figure.objects.get(item="children_missing", quarter_ordinal=YEAR[1].ordinal, window=Window.YEAR_TO_DATE)
    assert (figure.value, figure.state) == (0, State.NIL)


@pytest.mark.parametrize("corrected", range(7))
def test_a_correction_recounts_every_window_that_holds_it_and_no_other(corrected: int, tmp_path: Path) -> None:
    """Seven quarters in any order, then one of them corrected: each window as the slow counter has it."""
    quarters = [Quarter(2015, 2) + step for step in range(7)]
    chance = random.Random(corrected)
    contents = {quarter: "".join(chance.choices("abcdefgh", k=chance.randrange(1, 20))) for quarter in quarters}
    for quarter in chance.sample(quarters, k=7):
        missing(contents[quarter], quarter)
    before, newest = newest_figures(), Figure.objects.latest("pk").pk
    contents[quarters[corrected]] = "pqr" + "a" * 12
    version = missing(contents[quarters[corrected]], quarters[corrected])
    after = newest_figures()
    reached = {(quarter.ordinal, str(window)) for quarter, window in quarters[corrected].windows_holding()}
    changed = {key for key in after if after[key] != before.get(key)}
    assert {(ordinal, window) for _, ordinal, window in changed} <= reached
    fresh = Figure.objects.filter(pk__gt=newest)
    assert set(fresh.values_list("quarterly_return", flat=True)) == {version.pk}
    assert {(one.quarter_ordinal, one.window) for one in fresh} <= reached
    for quarter in quarters:
        folder = tmp_path / quarter.slug
        folder.mkdir()
        (folder / "MISS-missing_episodes.csv").write_bytes(missing_file(list(contents[quarter]), quarter))
    for quarter in quarters:
        for window in Window:
            held = quarter.quarters_in(window)
            expected = slow.distinct(tmp_path, [str(one) for one in held])
            for item, value in expected.items():
                assert after.get((item, quarter.ordinal, str(window))) == value


def newest_figures() -> dict[tuple[str, int, str], int | None]:
    distinct = [item.code for item in ITEMS.values() if item.timing is Timing.DISTINCT_YEAR_TO_DATE]
    figures = Figure.objects.filter(item__in=distinct).order_by("pk")
    return {(one.item, one.quarter_ordinal, one.window): one.value for one in figures}


def test_a_recount_says_which_versions_it_was_counted_over() -> None:
    first, second = missing("ab", YEAR[0]), missing("bc", YEAR[1])
    figure = Figure.objects.get(item="children_missing", quarter_ordinal=YEAR[1].ordinal, window=Window.YEAR_TO_DATE)
    assert figure.versions == [first.public_id, second.public_id]
    assert figure.quarterly_return == second


def test_a_figure_is_dated_by_board_time() -> None:
    with on(date(2017, 4, 20)):
        version = an_accepted_return()
    assert {figure.counted_at.date() for figure in version.figures.all()} == {date(2017, 4, 20)}
    assert version.accepted_at is not None and version.accepted_at.date() == date(2017, 4, 20)
