"""5,000 referrals by the way in, beside django-import-export storing the same rows in the same table."""

import csv
import io
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.files import referrals
from benchmarks.load_return import FEW, accept_file
from benchmarks.scratch import empty_returns, measure_apart, set_up_board

ROWS = 5_000
ROUNDS = 3


def run() -> None:
    measure_apart("benchmarks.import_export", referrals(ROWS))


def measure(path: Path) -> None:
    set_up_board()
    from django.db import connection

    resources = _resources()
    accept_file(referrals(FEW))
    rates: dict[str, list[float]] = {name: [] for name in ("ours", *resources)}
    for _ in range(ROUNDS):
        empty_returns()
        content = path.read_bytes()
        started = time.perf_counter()
        version = accept_file(content)
        rates["ours"].append(ROWS / (time.perf_counter() - started))
        rows = _stored_rows(version)
        for name, resource in resources.items():
            version_rows(version).delete()
            rates[name].append(ROWS / _seconds(partial(_import, resource, rows)))
            assert version_rows(version).count() == ROWS
    middle = {name: statistics.median(found) for name, found in rates.items()}
    told = "; ".join(
        f"django-import-export {name} {middle[name]:,.0f}, ratio {middle['ours'] / middle[name]:.1f}"
        for name in resources
    )
    print(
        f"import_export: {ROWS:,} referrals on {connection.vendor}, median of {ROUNDS}: checked, hashed, stored and "
        f"counted {middle['ours']:,.0f} rows a second; {told}"
    )


def _resources() -> dict[str, Callable[[], Any]]:
    """Its two ways, as its documentation has them: every row saved by itself, and in batches."""
    from import_export import resources as import_export

    from dataset.models import Referral

    class ByRow(import_export.ModelResource):
        class Meta:
            model = Referral
            exclude = ("id",)
            import_id_fields = ("referral_id",)

    class InBulk(import_export.ModelResource):
        class Meta:
            model = Referral
            exclude = ("id",)
            import_id_fields = ("referral_id",)
            use_bulk = True
            batch_size = 1_000
            force_init_instance = True  # it looks for no row that is there already
            skip_diff = True

    return {"by default": ByRow, "in bulk": InBulk}


def _import(resource: Callable[[], Any], rows: str) -> None:
    import tablib

    dataset = tablib.Dataset().load(rows, format="csv")
    resource().import_data(dataset, raise_errors=True, use_transactions=True)


def _stored_rows(version: Any) -> str:
    """The rows as they are stored, as a CSV file: pseudonymised already, and nothing left to work out."""
    from dataset.models import Referral

    names = [field.name for field in Referral._meta.concrete_fields if not field.primary_key]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for row in version_rows(version).order_by("pk").values_list(*names):
        writer.writerow("" if cell is None else int(cell) if isinstance(cell, bool) else cell for cell in row)
    return out.getvalue()


def version_rows(version: Any) -> Any:
    from dataset.models import Referral

    return Referral.objects.filter(quarterly_return=version)


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
