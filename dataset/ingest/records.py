"""A typed, pseudonymised frame → rows of its record model: COPY on PostgreSQL, executemany elsewhere."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from django.db import connection, models

from dataset.models import RECORD_MODELS, QuarterlyReturn

_NULL = "\\N"  # as COPY's text format writes it; a label's own backslash is doubled, so it is never taken for it
_ROWS = 2_000  # joined and sent at a time
_SPECIAL = "\\\t\n\r"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def store_records(version: QuarterlyReturn, frame: pd.DataFrame) -> None:
    """Insert every row of the frame under the version, within the caller's transaction."""
    model = RECORD_MODELS[version.return_type]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    cells = {field.attname: _cells(frame, field, version) for field in fields}
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in cells)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({columns}) FROM STDIN WITH (NULL '{_NULL}')", list(cells.values()))
    else:
        marks = ", ".join(["%s"] * len(fields))
        _execute_many(f"INSERT INTO {table} ({columns}) VALUES ({marks})", cells)  # noqa: S608 - our own names


def _cells(frame: pd.DataFrame, field: models.Field, version: QuarterlyReturn) -> pd.Series:
    """The field's values: text, ISO dates, whole numbers, numbers or yes/no; missing where the database has NULL."""
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
    """Dates as ISO text and None. Each different day is written once and the outcome spread over the rows."""
    places, days = pd.factorize(cells.to_numpy(dtype="datetime64[D]").astype("int64"))
    different = days.astype("datetime64[D]")
    texts = np.datetime_as_string(different, unit="D").astype("object")
    texts[np.isnat(different)] = None
    return pd.Series(texts.take(places), index=cells.index, dtype="object")


def _copy(statement: str, columns: list[pd.Series]) -> None:
    """COPY's text format, joined here (to_csv takes three times as long) and sent as it is made, so that the server
    takes one piece in while the next is joined."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, _Pieces([_texts(column) for column in columns]))


class _Pieces:
    """The rows as a file that is read a piece at a time; a piece may be longer than was asked for."""

    def __init__(self, columns: list[np.ndarray]) -> None:
        self._pieces = self._join(columns)

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")

    def _join(self, columns: list[np.ndarray]) -> Iterator[bytes]:
        for start in range(0, len(columns[0]), _ROWS):
            texts = [column[start : start + _ROWS].tolist() for column in columns]
            yield ("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n").encode()


def _texts(cells: pd.Series) -> np.ndarray:
    """A column as COPY takes it."""
    if pd.api.types.is_numeric_dtype(cells.dtype):  # yes and no count as numbers here
        places, different = pd.factorize(cells, use_na_sentinel=True)
        texts = np.array([*map(_written, different.tolist()), _NULL], dtype="object")
        return texts.take(places)  # a missing cell's place is -1, the last
    texts = cells.to_numpy(dtype="object", na_value=None).copy()
    missing = cells.isna().to_numpy()
    texts[missing] = ""
    joined = "".join(texts.tolist())
    if any(sign in joined for sign in _SPECIAL):
        texts = np.array([text.translate(_ESCAPES) for text in texts], dtype="object")
    texts[missing] = _NULL
    return texts


def _written(value: bool | int | float) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    return repr(value)


def _execute_many(statement: str, cells: dict[str, pd.Series]) -> None:
    table = pd.DataFrame(cells)
    plain = table.astype("object").where(table.notna(), None)
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(plain.itertuples(index=False, name=None)))
