"""A 200,000-row referrals file into PostgreSQL, beside a bare COPY of the same rows into the same table."""

import csv
import io
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Agency
from dataset.definitions import ColumnKind
from dataset.ingest.storing import accept_return, receive_file
from dataset.models import Area, AreaLevel, QuarterlyReturn, Referral
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

ROWS = 200_000
QUARTER = Quarter(2012, 2)


def run() -> None:
    if connection.vendor != "postgresql":
        print("load_return: set DATABASE_URL to a PostgreSQL database to measure this.")
        return
    with _scratch():
        content = a_file(ROWS)
        started = time.perf_counter()
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
        received = time.perf_counter()
        version = accept_return(candidate=receipt.candidate, by=None)
        ours = time.perf_counter() - started
        bare = _bare_copy(version)
        print(
            f"load_return: {ROWS:,} referrals ({len(content) / 1e6:.0f} MB) in {ours:.2f} s "
            f"(checked, hashed and stored {received - started:.2f} s, counted {ours - received + started:.2f} s); "
            f"bare COPY of the same rows {bare:.2f} s; ratio {ours / bare:.1f}"
        )


def a_file(rows: int) -> bytes:
    """Synthetic referrals that pass every check."""
    chance = random.Random(1)
    columns = RETURN_TYPES["referrals"].columns
    codes = {c.name: [code.value for code in c.codes] for c in columns if c.kind is ColumnKind.CODE}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in columns])
    for number in range(rows):
        day = QUARTER.start + timedelta(days=chance.randrange((QUARTER.end - QUARTER.start).days + 1))
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


def _bare_copy(version: QuarterlyReturn) -> float:
    """Seconds for PostgreSQL to take the stored rows back in, with no checks at all."""
    table = Referral._meta.db_table
    fields = ", ".join(f'"{f.column}"' for f in Referral._meta.concrete_fields if not f.primary_key)
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT {fields} FROM {table} WHERE quarterly_return_id = {version.pk}) TO STDOUT WITH CSV", buffer
        )
        buffer.seek(0)
        started = time.perf_counter()
        cursor.copy_expert(f"COPY {table} ({fields}) FROM STDIN WITH CSV", buffer)
        return time.perf_counter() - started


@contextmanager
def _scratch() -> Iterator[None]:
    """Everything within one transaction that is undone, so that the database is left as it was."""
    with transaction.atomic():
        Area.objects.get_or_create(
            code=settings.BOARD_AREA_CODE, defaults={"name": "Benchmark", "level": AreaLevel.LOCAL_AUTHORITY}
        )
        Agency.objects.get_or_create(
            code="CSC",
            defaults={
                "name": "Children's social care",
                "organisation": "Benchmark",
                "kind": "council",
                "identifier_space": "council-social-care",
            },
        )
        yield
        transaction.set_rollback(True)
