"""Published figures of other areas, and of our own for reconciliation."""

import re
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from dataset import boardtime
from dataset.definitions import State
from dataset.models import Benchmark
from dataset.periods import FinancialYear, PeriodError
from dataset.reference.areas import AreaBook, level_of
from dataset.reference.keys import known_keys
from dataset.reference.table import Loaded, Row, Table, read_table

COLUMNS = (
    "benchmark", "level", "area", "area_code", "period", "numerator", "denominator", "value", "state", "unit", "source",
)  # fmt: skip
_SNAPSHOT = re.compile(r"^\d{4}-03-31$")


def load_benchmarks(path: Path) -> Loaded:
    """Add the file's figures that are not the newest stored already. Raises LoadRefused, storing nothing."""
    table = read_table(path, COLUMNS)
    keys = known_keys()
    for row in table:
        _check(row, keys)
    _check_repeats(table)
    table.refuse_if_faulty()
    with transaction.atomic():
        return _store(table)


def _check(row: Row, keys: dict[str, str]) -> None:
    key, level, state = row.text("benchmark"), level_of(row), row.text("state")
    if key and key not in keys:
        row.fault(f"benchmark “{key}” is neither a measure's nor a declared reference series.")
    row.text("area")
    row.text("unit")
    row.text("source")
    code = row.text("area_code", blank=True)
    if not code and level == "local_authority":
        row.fault("area_code is blank; only police figures come without codes.")
    _check_period(row)
    value = row.number("value", blank=True)
    row.number("numerator", blank=True)
    row.number("denominator", blank=True)
    if state and state not in set(State):
        row.fault(f"state “{state}” is not one of {', '.join(State)}.")
    elif state == State.REPORTED and not row.text("value", blank=True):
        row.fault("value is blank although its state is “reported”; an empty value needs its reason in state.")
    elif state and state != State.REPORTED and value is not None:
        row.fault(f"a value is given although its state is “{state}”.")


def _check_period(row: Row) -> None:
    period = row.text("period")
    if not period or _SNAPSHOT.match(period):
        return
    try:
        if str(FinancialYear.parse(period)) != period:
            raise PeriodError
    except PeriodError:
        row.fault(f"period “{period}” is neither a year like 2016-17 nor a 31 March like 2017-03-31.")


def _check_repeats(table: Table) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in table:
        key = tuple((row.cells.get(column) or "").strip() for column in ("benchmark", "level", "area", "period"))
        if key in seen:
            row.fault(f"the same benchmark, area and period stand on line {seen[key]}.")
        seen.setdefault(key, row.line)


def _store(table: Table) -> Loaded:
    book = AreaBook.open()
    newest = {
        (key, area, period): facts
        for key, area, period, *facts in Benchmark.objects.order_by("recorded_at", "pk").values_list(
            "key", "area_id", "period", "value", "state", "numerator", "denominator", "source"
        )
    }
    moment, added, unchanged = boardtime.now(), [], 0
    for row in table:
        area = book.find_or_add(level=level_of(row), name=row.text("area"), code=row.text("area_code", blank=True))
        value = row.number("value", blank=True)
        benchmark = Benchmark(
            key=row.text("benchmark"),
            area=area,
            period=row.text("period"),
            numerator=row.number("numerator", blank=True),
            denominator=row.number("denominator", blank=True),
            value=value,
            state=row.text("state"),
            unit=row.text("unit"),
            source=row.text("source"),
            note=row.text("note", blank=True),
            published_on=row.day("published_on", blank=True),
            recorded_at=moment,
        )
        facts = [
            None if value is None else value.quantize(Decimal("0.0001")),
            benchmark.state, benchmark.numerator, benchmark.denominator, benchmark.source,
        ]  # fmt: skip
        if newest.get((benchmark.key, area.pk, benchmark.period)) == facts:
            unchanged += 1
        else:
            added.append(benchmark)
    Benchmark.objects.bulk_create(added, batch_size=1000)
    return Loaded(len(added), unchanged)
