"""The figure ledger: its keys, its unrounded numbers, and nothing in it that the reader may not see."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dashboard.ledger import entry
from dataset.measures import MEASURES
from tests.builders import (
    QUARTER,
    a_benchmark,
    a_csv,
    a_neighbour_set,
    a_place,
    a_standing_board,
    a_threshold,
    an_accepted_return,
    on,
    referral_lines,
)
from tests.dashboard.readings import LAST, conferences

pytestmark = pytest.mark.django_db
KEYS = {
    "reference", "measure", "title", "quarter", "window", "numerator", "denominator", "value", "lower", "upper",
    "state",
    "status", "certain", "reason", "direction", "england", "region", "neighbours", "returns", "missing",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    """Thirty referrals, seven of them again within twelve months; England, the region and two neighbours."""
    with a_standing_board(tmp_path / "identifier.key") as area:
        with on(date(2017, 4, 20)):
            an_accepted_return(referrals(7))
        england, region = a_place("E92000001", "England", "national"), a_place("E12000009", "South West", "region")
        near = [a_place("E06000001", "One"), a_place("E06000002", "Two")]
        for place, value in zip((england, region, *near), (21.9, 20.3, 18.0, 24.0), strict=True):
            a_benchmark("re_referral_pct", place, value)
        a_neighbour_set(area, near, "nearest")
        yield


def referrals(again: int, number: int = 30) -> bytes:
    lines = referral_lines(number)
    for line in lines[:again]:
        line["previous_referral_date"] = "01/12/2016"
    return a_csv(lines)


def ledger(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("ledger", "--quarter", str(QUARTER), "--json", *arguments, stdout=out)
    found = json.loads(out.getvalue())
    assert isinstance(found, list)
    return found


def one(*arguments: str, measure: str = "FD04") -> dict[str, Any]:
    (line,) = ledger("--measure", measure, *arguments)
    return line


def test_a_line_has_every_key_and_its_numbers_unrounded() -> None:
    line = one()
    assert set(line) == KEYS
    assert (line["measure"], line["quarter"], line["window"]) == ("FD04", "2016-17 Q4", "quarter")
    assert (line["numerator"], line["denominator"], line["value"]) == (7, 30, pytest.approx(700 / 30))
    assert line["lower"] < line["value"] < line["upper"]
    assert (line["state"], line["returns"]) == ("reported", ["referrals CSC 2016-17 Q4 v1"])
    assert (line["england"]["value"], line["england"]["period"], line["region"]["value"]) == (21.9, "2016-17", 20.3)
    assert {name: line["neighbours"][name] for name in ("set", "mean", "median", "n", "period")} == {
        "set": "nearest", "mean": 21.0, "median": 21.0, "n": 2, "period": "2016-17",
    }  # fmt: skip


def test_without_a_measure_named_every_measure_has_its_line() -> None:
    lines = ledger()
    assert [line["measure"] for line in lines] == list(MEASURES)
    assert all(set(line) == KEYS for line in lines)


def test_measures_may_be_named_together_or_apart_in_any_case() -> None:
    assert [line["measure"] for line in ledger("--measure", "fd04", "FD02", "--measure", "CP03")] == [
        "FD04", "FD02", "CP03",
    ]  # fmt: skip


def test_a_year_that_lacks_quarters_is_not_returned_and_names_them() -> None:
    line = one("--window", "year_to_date")
    assert (line["state"], line["value"], line["missing"]) == (
        "not_returned", None, ["2016-17 Q1", "2016-17 Q2", "2016-17 Q3"],
    )  # fmt: skip
    assert line["reason"]


def test_as_at_a_day_gives_the_figures_of_that_day_and_the_reference_tells_them_apart() -> None:
    with on(date(2017, 5, 10)):
        an_accepted_return(referrals(9))
    before, after = one("--as-at", "2017-05-09"), one("--as-at", "2017-05-10")
    assert (before["numerator"], after["numerator"], one()["numerator"]) == (7, 9, 9)
    assert before["reference"] != after["reference"] == one()["reference"]
    assert one("--as-at", "2017-05-10T11:59")["numerator"] == 7
    assert one("--as-at", "2017-05-10T12:01")["numerator"] == 9
    assert [one("--as-at", day)["state"] for day in ("2017-04-19", "2017-04-20")] == ["not_due", "reported"]


def test_a_status_and_its_reason_are_those_of_the_threshold() -> None:
    a_threshold("FD04", 15, 20)
    line = one()
    assert (line["status"], line["certain"]) == ("off_target", False)
    assert "target" in line["reason"]


@pytest.mark.parametrize("audience", ["executive", "public"])
def test_what_an_audience_may_not_see_is_in_no_part_of_its_lines(audience: str) -> None:
    """Its ledger is the same whether there were one, three or five; the restricted one is not."""
    found = []
    for number in (1, 3, 5):
        an_accepted_return(referrals(number))
        found.append([one("--audience", audience, "--breakdown", "gender"), one()])
    hidden = [{**line, "reference": "", "returns": []} for line, _ in found]
    assert hidden[0] == hidden[1] == hidden[2]
    assert (hidden[0]["state"], hidden[0]["value"], hidden[0]["numerator"]) == ("confidential", None, None)
    assert hidden[0]["direction"]["movement"] is None
    assert [line["numerator"] for _, line in found] == [1, 3, 5]


def test_the_command_and_the_page_share_one_reading() -> None:
    hidden = entry(conferences({LAST: (3, 60)}))
    assert (hidden["numerator"], hidden["value"]) == (3, 5.0)


def test_a_breakdown_adds_up() -> None:
    line = one("--breakdown", "gender", measure="FD02")
    assert sum(part["numerator"] for part in line["categories"]) == 30
    assert one("--breakdown", "gender", measure="CP03")["categories"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--quarter", "soon"), "“soon” is not a quarter; write it like 2016-17 Q3."),
        (("--quarter", "0001-02 Q1"), "is not a quarter"),
        (("--measure", "XX99"), "There is no measure XX99."),
        (("--breakdown", "shoe size"), "There is no breakdown “shoe size”; use one of"),
        (("--as-at", "yesterday"), "“yesterday” is not a date or moment like 2017-03-31"),
        (("--as-at", "9999-12-31"), "is not a date or moment"),
    ],
)
def test_what_does_not_exist_is_named_and_exits_with_one(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError) as refused:
        ledger(*arguments)
    assert told in str(refused.value)
    assert refused.value.returncode == 1


def test_before_set_up_it_says_what_to_load(settings: Any) -> None:
    settings.BOARD_AREA_CODE = "E06000999"
    with pytest.raises(CommandError, match="load its population") as refused:
        ledger()
    assert refused.value.returncode == 1


def test_without_json_it_is_a_table_with_a_line_a_measure() -> None:
    out = StringIO()
    call_command("ledger", "--quarter", str(QUARTER), "--measure", "FD04", "CP03", stdout=out)
    first, second = out.getvalue().strip().splitlines()
    assert first.startswith("FD04-1617Q4-Q-") and "23.3" in first
    assert "not_returned" in second
