from datetime import date

import pytest

from dashboard.presenters import definition
from dataset.measures import ITEMS, MEASURES
from dataset.status import Threshold


@pytest.mark.parametrize(
    ("code", "inclusive", "told"),
    [
        ("CP03", "green", "On target from 80%, off target below 70%"),
        ("CP03", "red", "On target above 80%, off target at 70% or below"),
        ("CP05", "green", "On target up to 80%, off target above 70%"),
        ("CP05", "red", "On target below 80%, off target from 70%"),
    ],
)
def test_a_threshold_is_told_with_its_edges_its_owner_and_its_reason(code: str, inclusive: str, told: str) -> None:
    threshold = Threshold(code, date(2013, 4, 1), 80.0, 70.0, inclusive, "BOARD", "demonstration")
    titles = {item: ITEMS[item].title for item in MEASURES[code].items}
    entries = dict(definition(MEASURES[code], titles, ["Children's social care"], threshold))
    assert entries["Threshold"] == f"{told}; in force from 1 April 2013, set by BOARD: demonstration."
