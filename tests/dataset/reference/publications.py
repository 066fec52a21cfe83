"""Files as they are published, and loading them."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dataset.models import AreaLevel, Publication
from dataset.reference.choosing import Choice, Part
from dataset.reference.issue import Issue, Outlook, digest_of, look_ahead, read_issue, store_issue
from tests.builders import a_board, a_place

SLICE = Path(__file__).parent / "files" / "ees_referrals.csv"
NAME = "Characteristics of children in need"
PUBLISHED = date(2025, 10, 30)

ENGLAND_ROW = {
    "time_period": "2017",
    "time_identifier": "Reporting year",
    "geographic_level": "National",
    "country_code": "E92000001",
    "country_name": "England",
    "region_code": "",
    "region_name": "",
    "old_la_code": "",
    "new_la_code": "",
    "la_name": "",
    "category": "Referrals",
    "rereferral_percent": "21.9",
}
OUR_ROW = ENGLAND_ROW | {
    "geographic_level": "Local authority",
    "region_code": "E12000009",
    "region_name": "South West",
    "old_la_code": "865",
    "new_la_code": "E06000054",
    "la_name": "Wiltshire",
    "rereferral_percent": "18.8",
}
RE_REFERRALS = (Choice("rereferral_percent", "re_referral_pct"),)
LONG_ROW = {
    "LA Number": "865",
    "LA and Regions": "Wiltshire",
    "Short Desc": "Re-referrals",
    "Years": "2016-17",
    "Values": "18.8",
}


def a_published_file(*rows: Mapping[str, str], columns: Sequence[str] = ()) -> bytes:
    """A file of these rows: England's and our own where none are given."""
    rows = rows or (ENGLAND_ROW, OUR_ROW)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def known_areas() -> None:
    """The board's own area with its three digits, England, and a neighbour."""
    ours = a_board()
    ours.legacy_code = "865"
    ours.save()
    a_place("E92000001", "England", AreaLevel.NATIONAL)
    a_place("E10000013", "Gloucestershire")


def an_issue(content: bytes = b"", name: str = NAME, published_on: date = PUBLISHED) -> Issue:
    return Issue(name, published_on, digest_of(content))


def looked_ahead(content: bytes, choices: Sequence[Choice] = RE_REFERRALS, **issue: Any) -> Outlook:
    return look_ahead(read_issue(content), choices, an_issue(content, **issue))


def loaded(
    content: bytes, choices: Sequence[Choice] = RE_REFERRALS, *, confirmed: bool = False, **issue: Any
) -> tuple[Publication | None, Outlook]:
    return store_issue(
        file=read_issue(content), choices=choices, issue=an_issue(content, **issue), by=None, confirmed=confirmed
    )


def with_parts(*parts: Part) -> tuple[Choice, ...]:
    """Re-referrals with these parts from the real slice."""
    of = {Part.NUMERATOR: "rereferral_count", Part.DENOMINATOR: "referral_count"}
    return (*RE_REFERRALS, *(Choice(of[part], "re_referral_pct", part) for part in parts if part in of))
