"""A return's columns as a Frictionless Table Schema. [pure]

Like the CSVW metadata it describes a file as the template has it. It is of Data Package 2.0; what that added
('categories') readers of version 1 pass over.
"""

from typing import Any

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.describing import days_taken, key_columns, longest_label, numbers_taken, one_of, values_taken
from dataset.ingest.dates import EARLIEST_DATE
from dataset.periods import Quarter
from dataset.schemas.csvw import Lists, described

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
DAY_FIRST = "%d/%m/%Y"
_TYPES = {
    ColumnKind.DATE: "date",
    ColumnKind.INTEGER: "integer",
    ColumnKind.NUMBER: "number",
    ColumnKind.YES_NO: "boolean",
}


def table_schema(return_type: ReturnType, lists: Lists, quarter: Quarter | None = None) -> dict[str, Any]:
    """The schema of a return, or with a quarter of that quarter's: its days and the codes of its year."""
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "fields": [_field(column, lists, quarter) for column in return_type.columns],
        "missingValues": [""],
    }
    if key := key_columns(return_type):
        schema["primaryKey"] = list(key)
    return schema


def _field(column: Column, lists: Lists, quarter: Quarter | None) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.name.replace("_", " ").capitalize(),
        "description": described(column),
        "type": _TYPES.get(column.kind, "string"),
    }
    if column.example:
        field["example"] = column.example
    if column.kind is ColumnKind.DATE:
        field["format"] = DAY_FIRST
    if column.kind is ColumnKind.YES_NO:
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if column.kind is not ColumnKind.CODES and (values := values_taken(column, quarter, lists)):
        field["categories"] = [{"value": value, "label": label or value} for value, label in values]
    field["constraints"] = _constraints(column, lists, quarter)
    return field


def _constraints(column: Column, lists: Lists, quarter: Quarter | None) -> dict[str, Any]:
    """Bounds of dates are written as the field's cells are, day first."""
    constraints: dict[str, Any] = {"required": not column.may_be_blank}
    if column.unique:
        constraints["unique"] = True
    values = [value for value, _ in values_taken(column, quarter, lists)]
    match column.kind:
        case ColumnKind.DATE:
            days = days_taken(column, quarter) if quarter else (EARLIEST_DATE,)
            constraints |= zip(("minimum", "maximum"), (f"{day:{DAY_FIRST}}" for day in days), strict=False)
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            constraints["minimum"], constraints["maximum"] = numbers_taken(column)
        case ColumnKind.CODES:
            code = one_of(values)
            constraints["pattern"] = f"{code}( {code})*"
        case ColumnKind.LABEL if not values:
            constraints["maxLength"] = longest_label(column)
    if values and column.kind is not ColumnKind.CODES:
        constraints["enum"] = values
    return constraints
