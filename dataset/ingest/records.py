"""A typed, pseudonymised frame → rows of its record model: COPY on PostgreSQL, executemany elsewhere."""

import csv
import io

import numpy as np
import pandas as pd
from django.db import connection, models

from dataset.models import RECORD_MODELS, QuarterlyReturn

_NULL = "\x01"  # a control character, which reading removes from cells, so no value can be taken for it


def store_records(version: QuarterlyReturn, frame: pd.DataFrame) -> None:
    """Insert every row of the frame under the version, within the caller's transaction."""
    model = RECORD_MODELS[version.return_type]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    table = pd.DataFrame({field.attname: _cells(frame, field, version) for field in fields}, index=frame.index)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in table.columns)
    if connection.vendor == "postgresql":
        _copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')", table)
    else:
        marks = ", ".join(["%s"] * len(fields))
        table_name = quote(model._meta.db_table)
        _execute_many(f"INSERT INTO {table_name} ({columns}) VALUES ({marks})", table)  # noqa: S608 - our own names


def _cells(frame: pd.DataFrame, field: models.Field, version: QuarterlyReturn) -> pd.Series:
    if field.name == "quarterly_return":
        return pd.Series(version.pk, index=frame.index)
    cells = frame[field.name]
    if isinstance(field, models.CharField):
        return cells.astype("string").fillna("")
    if isinstance(field, models.DateField):
        return _iso_dates(cells)
    if isinstance(field, models.IntegerField):
        return cells.astype("Int64")
    return cells


def _iso_dates(cells: pd.Series) -> pd.Series:
    """Dates as ISO text and None; numpy writes 200,000 in a twentieth of the time that strftime takes."""
    text = np.datetime_as_string(cells.to_numpy(dtype="datetime64[D]"), unit="D").astype("object")
    text[cells.isna().to_numpy()] = None
    return pd.Series(text, index=cells.index)


def _copy(statement: str, table: pd.DataFrame) -> None:
    buffer = io.StringIO()
    table.to_csv(buffer, header=False, index=False, na_rep=_NULL, quoting=csv.QUOTE_MINIMAL)
    buffer.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, buffer)


def _execute_many(statement: str, table: pd.DataFrame) -> None:
    plain = table.astype("object").where(table.notna(), None)
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(plain.itertuples(index=False, name=None)))
