"""Synthetic referrals that pass every check."""

import csv
import io
import random
from datetime import date, timedelta

from dataset.definitions import ColumnKind
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2012, 2)


def referrals(rows: int, quarter: Quarter = QUARTER, seed: int = 1) -> bytes:
    """A CSV file of so many referrals in the quarter, every one of another child: nothing is hashed twice."""
    chance = random.Random(seed)
    columns = RETURN_TYPES["referrals"].columns
    codes = {c.name: [code.value for code in c.codes] for c in columns if c.kind is ColumnKind.CODE}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in columns])
    for number in range(rows):
        day = quarter.start + timedelta(days=chance.randrange((quarter.end - quarter.start).days + 1))
        filled = {
            "referral_id": f"R{number}",
            "child_id": f"C{number}",
            "referral_date": _day(day),
            "age": chance.randrange(18),
            "previous_referral_date": _day(day - timedelta(days=chance.randrange(1, 700))) if number % 5 == 0 else "",
            "decision_date": _day(day + timedelta(days=chance.randrange(3))),
            "locality": "",
        }
        writer.writerow([filled.get(c.name, chance.choice(codes[c.name]) if c.name in codes else "") for c in columns])
    return out.getvalue().encode()


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
