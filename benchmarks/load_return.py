"""A 200,000-row referrals file into PostgreSQL, beside a bare COPY of the same rows into the same table."""

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.files import QUARTER, referrals
from benchmarks.scratch import empty_returns, measure_apart, set_up_board, uses_postgresql

ROWS, FEW = 200_000, 100
ROUNDS = 5
# what each stage is called, and the functions that it is spent in
STAGES = {
    "read": ("dataset.ingest.examining.read_sent",),
    "checked": ("dataset.ingest.examining.check_return",),
    "hashed": ("dataset.ingest.examining.hash_identifiers",),
    "compared with what is stored": (
        "dataset.ingest.gathering.history",
        "dataset.ingest.examining.check_history",
        "dataset.ingest.storing.odd_totals",
    ),
    "stored": ("dataset.ingest.storing.store_records",),
    "counted": ("dataset.ingest.storing._count",),
}


def run() -> None:
    if not uses_postgresql():
        print("load_return: set DATABASE_URL to a PostgreSQL database to measure this.")
        return
    measure_apart("benchmarks.load_return", referrals(ROWS))


def measure(path: Path) -> None:
    set_up_board()
    spent = _timed_stages()
    accept_file(referrals(FEW))  # what a process does once, at its first file, is no part of the rate
    rounds = []
    for number in range(ROUNDS):
        empty_returns()
        spent.clear()
        before = _memory("VmRSS")
        content = path.read_bytes()
        started, began = time.perf_counter(), time.process_time()
        version = accept_file(content)
        ours, processor = time.perf_counter() - started, time.process_time() - began
        if number == 0:
            size, above = len(content) / 1e6, _memory("VmHWM") - before
        stages = dict(spent)
        rounds.append({**stages, "ours": ours, "processor": processor, "bare": _bare_copy(version)})
    ratios = [one["ours"] / one["bare"] for one in rounds]
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    rest = middle["ours"] - sum(middle[name] for name in STAGES)
    told = ", ".join(f"{name} {middle[name]:.2f}" for name in STAGES)
    print(
        f"load_return: {ROWS:,} referrals ({size:.0f} MB), median of {ROUNDS}: {middle['ours']:.2f} s "
        f"({ROWS / middle['ours']:,.0f} rows a second), of which {middle['processor']:.2f} s of this process's own "
        f"processor time; bare COPY of the same rows {middle['bare']:.2f} s; "
        f"ratio {statistics.median(ratios):.1f} (from {min(ratios):.1f} to {max(ratios):.1f}; at most 4 is asked)\n"
        f"load_return: seconds by stage: {told}, all else {rest:.2f}\n"
        f"load_return: at its most {above:.0f} MB above the idle process (under 400 is asked)"
    )


def accept_file(content: bytes) -> Any:
    """The whole way of a file, as the upload page and its Accept go it; the version that it became."""
    from accounts.models import Agency
    from dataset.ingest.storing import accept_return, receive_file
    from dataset.returns import RETURN_TYPES

    receipt = receive_file(
        content=content,
        file_name="benchmark.csv",
        return_type=RETURN_TYPES["referrals"],
        supplier=Agency.objects.get(code="CSC"),
        quarter=QUARTER,
        by=None,
    )
    if receipt.candidate is None:
        raise SystemExit(f"The benchmark's own file was refused: {receipt.errors[:3]}")
    return accept_return(candidate=receipt.candidate, by=None)


def _timed_stages() -> dict[str, float]:
    """Seconds spent in each stage, added up as it runs."""
    import importlib

    spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)

    def timed(function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def run_timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[stage] = spent.get(stage, 0.0) + time.perf_counter() - started

        return run_timed

    for stage, paths in STAGES.items():
        for path in paths:
            module, name = path.rsplit(".", 1)
            place = importlib.import_module(module)
            setattr(place, name, timed(getattr(place, name), stage))
    return spent


def _bare_copy(version: Any) -> float:
    """Seconds for PostgreSQL to take the stored rows back into their table and commit, with no checks at all."""
    from django.db import connection, transaction

    from dataset.models import Referral

    table = Referral._meta.db_table
    fields = ", ".join(f'"{field.column}"' for field in Referral._meta.concrete_fields if not field.primary_key)
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {fields} FROM {table} ORDER BY id) TO STDOUT", buffer)
        assert buffer.getvalue().count(b"\n") == version.row_count
        buffer.seek(0)
        cursor.execute(f"TRUNCATE {table}")
        started = time.perf_counter()
        with transaction.atomic():
            cursor.copy_expert(f"COPY {table} ({fields}) FROM STDIN", buffer)
        return time.perf_counter() - started


def _memory(line: str) -> float:
    """Megabytes that this process holds (VmRSS), or held at its most (VmHWM); getrusage tells its parent's too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    told = next(one for one in status.read_text().splitlines() if one.startswith(line))
    return int(told.split()[1]) / 1024


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
