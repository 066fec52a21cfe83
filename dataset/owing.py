"""Who owes what, from the definitions alone: the owner of a return, a supplier's items, the types it sends."""

from functools import cache

from dataset.definitions import DataItem
from dataset.measures import ITEMS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

COUNTS = "partner_counts"


@cache
def owner_of(return_type: str) -> str:
    """The code of the one supplier that owes a record return."""
    return next(item.owner for item in ITEMS.values() if item.source == return_type)


@cache
def suppliers_of_counts() -> frozenset[str]:
    """The suppliers that may send the counts return: those who owe any item."""
    return frozenset(item.owner for item in ITEMS.values() if item.source in RETURN_TYPES)


def owed_items(supplier: str, quarter: Quarter) -> tuple[DataItem, ...]:
    """The items that a supplier must list in its counts return for the quarter."""
    items = (item for item in ITEMS.values() if item.source == COUNTS and item.owner == supplier)
    return tuple(item for item in items if item.is_due_in(quarter))


def types_owed_by(supplier: str) -> tuple[str, ...]:
    """The codes of the returns that a supplier owes, in the order of the registry."""
    records = [code for code, kind in RETURN_TYPES.items() if kind.table and owner_of(code) == supplier]
    has_counts = any(item.source == COUNTS and item.owner == supplier for item in ITEMS.values())
    return (*records, COUNTS) if has_counts else tuple(records)


def is_owed(return_type: str, supplier: str, quarter: Quarter) -> bool:
    return return_type != COUNTS or bool(owed_items(supplier, quarter))
