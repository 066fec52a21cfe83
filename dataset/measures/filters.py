"""How the rows of a record return are picked out for an item: filters on the record model's fields."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from dataset.periods import Quarter

Where = Callable[[Quarter], Q]


def only(**conditions: Any) -> Where:
    """Rows that meet all the conditions, whatever the quarter."""
    return lambda quarter: Q(**conditions)


def in_quarter(column: str, quarter: Quarter) -> Q:
    """The date of the column lies in the quarter, its first and last day included."""
    return Q(**{f"{column}__range": (quarter.start, quarter.end)})


def dated(column: str, **conditions: Any) -> Where:
    """Rows whose date lies in the quarter and that meet all the conditions."""
    return lambda quarter: in_quarter(column, quarter) & Q(**conditions)
