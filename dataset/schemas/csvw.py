"""A return's columns as CSV on the Web metadata (W3C, tabular-metadata, 2015). [pure]

It describes a file as the template has it: our names, dates day first, yes and no, codes by their value. The check on
the way in also takes the codes' plain words and other spellings; those stand as labels of the codes, in SKOS.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.describing import (
    FORMS,
    bounds_in_words,
    codes_taken,
    days_taken,
    key_columns,
    longest_label,
    numbers_taken,
    one_of,
    values_taken,
    whether_it_must_be_there,
    years_in_words,
)
from dataset.ingest.dates import EARLIEST_DATE
from dataset.periods import Quarter

MEDIA_TYPE = "application/csvm+json"
CONTEXT = "http://www.w3.org/ns/csvw"
Lists = Mapping[str, Sequence[tuple[str, str]]]


def csvw_metadata(return_type: ReturnType, url: str, lists: Lists, quarter: Quarter | None = None) -> dict[str, Any]:
    """The metadata of the file at `url`, by default the blank template's.

    With a quarter it is of that quarter's return: its days and the codes of its year. `lists` are the values of
    columns that have no codes of their own (`values_taken`).
    """
    schema: dict[str, Any] = {"columns": [_column(column, lists, quarter) for column in return_type.columns]}
    if key := key_columns(return_type):
        schema["primaryKey"] = list(key)
    return {
        "@context": [CONTEXT, {"@language": "en"}],
        "@type": "Table",
        "url": url,
        "dc:title": f"{return_type.title}, {quarter}" if quarter else return_type.title,
        "dc:description": " ".join(filter(None, (f"One row is {return_type.row_is}.", return_type.notes))),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": schema,
    }


def _column(column: Column, lists: Lists, quarter: Quarter | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "titles": titles_of(column),
        "dc:description": described(column),
        "datatype": _datatype(column, lists, quarter),
        "null": "",
        "required": not column.may_be_blank,
    }
    if column.kind is ColumnKind.CODES:
        entry["separator"] = " "
    if column.example:
        entry["skos:example"] = column.example
    if concepts := _concepts(column, lists, quarter):
        entry["qb:codeList"] = {"@type": "skos:ConceptScheme", "skos:hasTopConcept": concepts}
    return entry


def titles_of(column: Column) -> list[str]:
    """The ways of writing the column's name: as the template has it, and in plain words, as the check takes it too."""
    words = column.name.replace("_", " ")
    return list(dict.fromkeys((column.name, words, words.capitalize())))


def described(column: Column) -> str:
    """All that the dictionary's page says of the column, in one text."""
    bounds = bounds_in_words(column)
    rules = f"{bounds[0].upper()}{bounds[1:]}" if bounds else ""
    says = (column.description.rstrip("."), FORMS[column.kind], whether_it_must_be_there(column), rules)
    return ". ".join(filter(None, says)) + "."


def _datatype(column: Column, lists: Lists, quarter: Quarter | None) -> dict[str, Any]:
    values = [value for value, _ in values_taken(column, quarter, lists)]
    match column.kind:
        case ColumnKind.DATE:
            return {"base": "date", "format": "dd/MM/yyyy", **_days(column, quarter)}
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            lowest, highest = numbers_taken(column)
            base = "integer" if column.kind is ColumnKind.INTEGER else "decimal"
            return {"base": base, "minimum": lowest, "maximum": highest}
        case ColumnKind.YES_NO:
            return {"base": "boolean", "format": "yes|no"}
        case ColumnKind.LABEL if not values:
            return {"base": "string", "maxLength": longest_label(column)}
        case ColumnKind.IDENTIFIER:
            return {"base": "string"}
        case _:
            return {"base": "string", "format": f"^{one_of(values)}$"}  # of several codes ('separator'), of each


def _days(column: Column, quarter: Quarter | None) -> dict[str, str]:
    """The bounds, in ISO form whatever the format of the cells."""
    if quarter is None:
        return {"minimum": EARLIEST_DATE.isoformat()}
    first, last = days_taken(column, quarter)
    return {"minimum": first.isoformat(), "maximum": last.isoformat()}


def _concepts(column: Column, lists: Lists, quarter: Quarter | None) -> list[dict[str, Any]]:
    if column.codes:
        return [_concept(code) for code in codes_taken(column, quarter)]
    return [
        {"@type": "skos:Concept", "skos:notation": value, "skos:prefLabel": label or value}
        for value, label in values_taken(column, quarter, lists)
    ]


def _concept(code: Code) -> dict[str, Any]:
    concept: dict[str, Any] = {"@type": "skos:Concept", "skos:notation": code.value, "skos:prefLabel": code.label}
    if code.aliases:
        concept["skos:altLabel"] = list(code.aliases)
    if code.group:
        concept["skos:note"] = f"Counted under: {code.group}"
    if code.first_year or code.last_year:
        concept["skos:scopeNote"] = f"Years: {years_in_words(code)}"
    return concept
