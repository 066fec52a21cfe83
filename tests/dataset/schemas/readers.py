"""What a program does with the schemas: a small reader of each standard, which knows nothing of how they are made.

A reader first refuses a schema that its standard would not allow, then tells what is wrong with the rows of a file.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

Rows = Sequence[Mapping[str, str]]

# Tabular metadata, W3C Recommendation of 17 December 2015.
INHERITED = {"datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator", "valueUrl"}
OF_COLUMN = {"@id", "@type", "name", "suppressOutput", "titles", "virtual"} | INHERITED
OF_SCHEMA = {"@id", "@type", "columns", "foreignKeys", "primaryKey", "rowTitles"} | INHERITED
OF_TABLE = {"@context", "@id", "@type", "url", "dialect", "notes", "tableSchema", "tableDirection"} | INHERITED
OF_DATATYPE = {
    "@id", "@type", "base", "format", "length", "minLength", "maxLength", "minimum", "maximum", "minInclusive",
    "maxInclusive", "minExclusive", "maxExclusive",
}  # fmt: skip
PREFIXES = {"dc", "qb", "skos"}
LENGTHS_ONLY_OF = {"string"}
BOUNDS_ONLY_OF = {"integer", "decimal", "date"}

# Table Schema, Data Package 2.0.
CONSTRAINTS = {
    "string": {"required", "unique", "pattern", "enum", "minLength", "maxLength"},
    "integer": {"required", "unique", "pattern", "enum", "minimum", "maximum"},
    "number": {"required", "unique", "pattern", "enum", "minimum", "maximum"},
    "date": {"required", "unique", "pattern", "enum", "minimum", "maximum"},
    "boolean": {"required", "unique", "enum"},
}
OF_FIELD = {"name", "title", "description", "example", "type", "format", "constraints", "categories"}


def _is_common(name: str) -> bool:
    return ":" in name and name.split(":")[0] in PREFIXES


def check_csvw(metadata: Mapping[str, Any]) -> None:
    """Raise where the metadata is not what the Recommendation allows."""
    context = metadata["@context"]
    assert context == "http://www.w3.org/ns/csvw" or context[0] == "http://www.w3.org/ns/csvw"
    assert metadata["url"] and metadata["@type"] == "Table"
    assert all(name in OF_TABLE or _is_common(name) for name in metadata)
    schema = metadata["tableSchema"]
    assert schema.keys() <= OF_SCHEMA
    names = [column["name"] for column in schema["columns"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_]*", name) for name in names)
    assert set(schema.get("primaryKey", [])) <= set(names)
    titles = [title for column in schema["columns"] for title in column["titles"]]
    assert len(set(titles)) == len(titles)
    for column in schema["columns"]:
        assert all(name in OF_COLUMN or _is_common(name) for name in column)
        _check_datatype(column["datatype"])
        for name in filter(_is_common, column):
            _check_common(column[name])


def _check_datatype(datatype: Mapping[str, Any]) -> None:
    assert datatype.keys() <= OF_DATATYPE
    base = datatype["base"]
    assert base in {"string", "integer", "decimal", "boolean", "date"}
    if "maxLength" in datatype:
        assert base in LENGTHS_ONLY_OF
    for bound in datatype.keys() & {"minimum", "maximum"}:
        assert base in BOUNDS_ONLY_OF
        if base == "date":
            date.fromisoformat(datatype[bound])
    if base == "date":
        assert datatype["format"] == "dd/MM/yyyy"  # one of those that every reader knows
    if base == "boolean":
        assert len(datatype["format"].split("|")) == 2
    if base == "string" and "format" in datatype:
        re.compile(datatype["format"])


def _check_common(value: Any) -> None:
    """Common properties hold JSON-LD in which every key is a keyword or has a known prefix."""
    if isinstance(value, list):
        for one in value:
            _check_common(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            assert name in {"@id", "@type", "@value", "@language"} or _is_common(name)
            _check_common(inner)
    else:
        assert isinstance(value, str | int | float | bool) and value != ""


def read_with_csvw(metadata: Mapping[str, Any], header: Sequence[str], rows: Rows) -> list[str]:
    """What is wrong with the rows, as 'line column: what'."""
    check_csvw(metadata)
    schema = metadata["tableSchema"]
    wrong = []
    if len(header) != len(schema["columns"]):
        wrong.append("1: another number of columns")
    for name, column in zip(header, schema["columns"], strict=False):
        if name not in column["titles"]:
            wrong.append(f"1 {name}: not {column['name']}")
    for line, row in enumerate(rows, start=2):
        for column in schema["columns"]:
            text = row[column["name"]]
            if text == column["null"]:
                wrong += [f"{line} {column['name']}: required"] * column["required"]
                continue
            parts = text.split(column["separator"]) if "separator" in column else [text]
            for part in parts:
                wrong += [f"{line} {column['name']}: {what}" for what in _against_datatype(part, column["datatype"])]
    return wrong + _repeated(rows, schema.get("primaryKey", []))


def _against_datatype(text: str, datatype: Mapping[str, Any]) -> list[str]:
    value: Any
    match datatype["base"]:
        case "string":
            if "format" in datatype and not re.search(datatype["format"], text):
                return ["format"]
            return ["maxLength"] * (len(text) > datatype.get("maxLength", len(text)))
        case "boolean":
            return ["boolean"] * (text not in datatype["format"].split("|"))
        case "date":
            try:
                value = datetime.strptime(text, "%d/%m/%Y").date().isoformat()
            except ValueError:
                return ["date"]
        case base:
            if not re.fullmatch(r"-?\d+" if base == "integer" else r"-?\d+(\.\d+)?", text):
                return [base]
            value = float(text)
    low, high = datatype.get("minimum", value), datatype.get("maximum", value)
    return ["minimum"] * (value < low) + ["maximum"] * (value > high)


def check_table_schema(schema: Mapping[str, Any]) -> None:
    """Raise where the schema is not what Table Schema allows."""
    assert schema.keys() <= {"$schema", "fields", "missingValues", "primaryKey"}
    names = [field["name"] for field in schema["fields"]]
    assert len({name.casefold() for name in names}) == len(names) > 0
    assert set(schema.get("primaryKey", [])) <= set(names)
    assert all(isinstance(text, str) for text in schema["missingValues"])
    for field in schema["fields"]:
        kind = field["type"]
        assert field.keys() <= OF_FIELD | ({"trueValues", "falseValues"} if kind == "boolean" else set())
        assert field["constraints"].keys() <= CONSTRAINTS[kind]
        if "enum" in field["constraints"]:
            assert len(set(field["constraints"]["enum"])) == len(field["constraints"]["enum"]) > 0
        if "categories" in field:
            assert [one["value"] for one in field["categories"]] == field["constraints"]["enum"]
        if "pattern" in field["constraints"]:
            re.compile(field["constraints"]["pattern"])
        if "example" in field:
            assert _against_field(field["example"], field) == []


def read_with_table_schema(schema: Mapping[str, Any], header: Sequence[str], rows: Rows) -> list[str]:
    """What is wrong with the rows, as 'line column: what'."""
    check_table_schema(schema)
    wrong = [] if list(header) == [field["name"] for field in schema["fields"]] else ["1: other columns"]
    for line, row in enumerate(rows, start=2):
        for field in schema["fields"]:
            text = row[field["name"]]
            if text in schema["missingValues"]:
                found = ["required"] * field["constraints"]["required"]
            else:
                found = _against_field(text, field)
            wrong += [f"{line} {field['name']}: {what}" for what in found]
    for field in schema["fields"]:
        if field["constraints"].get("unique"):
            wrong += _repeated(rows, [field["name"]])
    return wrong + _repeated(rows, schema.get("primaryKey", []))


def _against_field(text: str, field: Mapping[str, Any]) -> list[str]:
    constraints = field["constraints"]
    try:
        value = _cast(text, field)
    except (ValueError, KeyError):
        return [field["type"]]
    low, high = (_bound(constraints.get(one), field, value) for one in ("minimum", "maximum"))
    wrong = ["minimum"] * (value < low) + ["maximum"] * (value > high)
    wrong += ["enum"] * (value not in constraints.get("enum", [value]))
    wrong += ["maxLength"] * (len(text) > constraints.get("maxLength", len(text)))
    return wrong + ["pattern"] * (re.fullmatch(constraints.get("pattern", ".*"), text) is None)


def _cast(text: str, field: Mapping[str, Any]) -> Any:
    match field["type"]:
        case "date":
            return datetime.strptime(text, field["format"]).date()
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            answers = dict.fromkeys(field["trueValues"], True) | dict.fromkeys(field["falseValues"], False)
            return answers[text]
        case _:
            return text


def _bound(bound: Any, field: Mapping[str, Any], value: Any) -> Any:
    """A bound in the form of the field's cells, or as a number; the value itself where there is none."""
    if bound is None:
        return value
    return _cast(bound, field) if isinstance(bound, str) else bound


def _repeated(rows: Rows, key: Sequence[str]) -> list[str]:
    keys = [tuple(row[name] for name in key) for row in rows]
    return [f"{', '.join(key)}: repeated"] * (bool(key) and len(set(keys)) < len(keys))
