"""What changed between two versions of a return, row by row, without showing any row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dataset.models import RECORD_MODELS, QuarterlyReturn
from dataset.returns import RETURN_TYPES


@dataclass(frozen=True)
class RowChanges:
    """How many rows only the later version has, only the earlier, and both but not alike.

    `altered` is None where a return's rows have no number of their own to be matched by: there an altered row is one
    removed and one added. `columns` says how often each column changed in the altered rows.
    """

    added: int
    removed: int
    altered: int | None
    unchanged: int
    columns: tuple[tuple[str, int], ...] = ()

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.altered)


def compare_rows(earlier: QuarterlyReturn, later: QuarterlyReturn) -> RowChanges | None:
    """The rows of two versions of one record return, compared in two queries.

    None where there is nothing to compare: totals have no rows, and a purged version has none any more.
    """
    if earlier.return_type not in RECORD_MODELS or earlier.purged_at or later.purged_at:
        return None
    columns = tuple(column.name for column in RETURN_TYPES[earlier.return_type].columns)
    stored = {field.name for field in RECORD_MODELS[earlier.return_type]._meta.concrete_fields}
    columns = tuple(name for name in columns if name in stored)
    key = next((c.name for c in RETURN_TYPES[earlier.return_type].columns if c.unique and c.name in stored), "")
    if not key:
        return _compare_contents(Counter(_rows(earlier, columns)), Counter(_rows(later, columns)))
    place = columns.index(key)
    then = {row[place]: row for row in _rows(earlier, columns)}
    now = {row[place]: row for row in _rows(later, columns)}
    both = then.keys() & now.keys()
    changed: Counter[str] = Counter()
    altered = 0
    for one in both:
        different = [name for name, old, new in zip(columns, then[one], now[one], strict=True) if old != new]
        changed.update(different)
        altered += bool(different)
    order = {name: position for position, name in enumerate(columns)}
    listed = sorted(changed.items(), key=lambda item: (-item[1], order[item[0]]))
    return RowChanges(len(now) - len(both), len(then) - len(both), altered, len(both) - altered, tuple(listed))


def _compare_contents(then: Counter[tuple[object, ...]], now: Counter[tuple[object, ...]]) -> RowChanges:
    return RowChanges((now - then).total(), (then - now).total(), None, (now & then).total())


def _rows(version: QuarterlyReturn, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    model = RECORD_MODELS[version.return_type]
    rows = model._default_manager.filter(quarterly_return=version).order_by()
    return rows.values_list(*columns).iterator(chunk_size=5_000)
