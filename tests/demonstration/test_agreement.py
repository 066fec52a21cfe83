"""The demonstration's ledger beside what the annual report of 2016-17 printed."""

import csv
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.demonstration.site import ROOT, Site

KNOWN_DIFFERENCES = {"CX01"}  # printed 104,000; the mid-2016 estimate is 103,549


def printed() -> list[tuple[str, str, str]]:
    path = ROOT / "fixtures" / "reference" / "published_2016_17.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["measure"], row["published"], row["parts"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def ledger(demonstration: Site) -> dict[str, dict[str, Any]]:
    outcome = demonstration.manage("ledger", "--quarter", "2016-17 Q4", "--window", "year_to_date", "--json")
    assert outcome.returncode == 0, outcome.stderr
    return {line["measure"]: line for line in json.loads(outcome.stdout)}


@pytest.mark.parametrize(
    ("measure", "published", "parts"), [row for row in printed() if row[0] not in KNOWN_DIFFERENCES]
)
def test_the_ledger_agrees_with_the_print(ledger: dict[str, Any], measure: str, published: str, parts: str) -> None:
    line = ledger[measure]
    if published.startswith("<"):
        assert line["value"] < float(published[1:])
    elif published:
        places = Decimal(published).as_tuple().exponent
        assert Decimal(str(line["value"])).quantize(Decimal(1).scaleb(int(places)), ROUND_HALF_UP) == Decimal(published)
    if "/" in parts and "+" not in parts:
        part, whole = parts.split("/")
        assert line["numerator"] == int(part)
        assert line["denominator"] == (103_549 if whole == "population" else int(whole))


def test_the_one_known_difference_is_the_population_estimate(ledger: dict[str, Any]) -> None:
    assert ledger["CX01"]["value"] == 103_549


def test_the_conferences_are_dfes_and_clearly_red(ledger: dict[str, Any]) -> None:
    line = ledger["CP03"]
    assert (line["numerator"], line["denominator"]) == (303, 609)
    assert (line["status"], line["certain"]) == ("off_target", True)
    assert (line["england"]["value"], line["england"]["period"]) == (77.2, "2016-17")


def test_children_looked_after_are_set_beside_england_of_the_same_march(ledger: dict[str, Any]) -> None:
    assert (ledger["LA02"]["england"]["value"], ledger["LA02"]["england"]["period"]) == (62.0, "2017-03-31")


def test_the_neighbours_of_re_referrals_are_those_of_the_set_in_force(ledger: dict[str, Any]) -> None:
    neighbours = ledger["FD04"]["neighbours"]
    assert (neighbours["set"], neighbours["n"], neighbours["period"]) == ("nfer_2014", 10, "2016-17")
    assert (round(neighbours["mean"], 1), round(neighbours["median"], 1)) == (22.0, 20.6)


def test_what_the_overdue_supplier_owes_is_not_returned(ledger: dict[str, Any]) -> None:
    assert (ledger["FD08"]["state"], ledger["FD08"]["missing"]) == ("not_returned", ["2016-17 Q4"])


def test_an_executive_reader_gets_no_small_count(demonstration: Site) -> None:
    outcome = demonstration.manage(
        "ledger", "--quarter", "2016-17 Q4", "--window", "year_to_date", "--audience", "executive", "--json"
    )
    lines = {line["measure"]: line for line in json.loads(outcome.stdout)}
    assert lines["HW04"]["value"] is None
    assert lines["HW04"]["state"] == "confidential"


def test_loading_the_demonstration_again_changes_nothing(demonstration: Site) -> None:
    outcome = demonstration.manage("demo")
    assert outcome.returncode == 0, outcome.stderr
    assert "returns: all there already" in outcome.stdout
