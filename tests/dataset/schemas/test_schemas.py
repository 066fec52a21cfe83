"""CSVW and Table Schema say what the check demands: clean files pass by them, and what each forbids does not."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dataset.definitions import ColumnKind, ReturnType
from dataset.describing import example_row
from dataset.ingest.headers import match_headers
from dataset.measures import BREAKDOWNS, ITEMS, MEASURES
from dataset.owing import COUNTS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from dataset.schemas.csvw import Lists, csvw_metadata
from dataset.schemas.package import data_package
from dataset.schemas.table_schema import table_schema
from tests.dataset.files import a_file_of
from tests.dataset.schemas.readers import (
    check_csvw,
    check_table_schema,
    read_with_csvw,
    read_with_table_schema,
)

CORPUS = Path(__file__).parents[2] / "returns"
QUARTER = Quarter(2016, 4)
LISTS: Lists = {
    "item": [(item.code, item.title) for item in ITEMS.values() if item.source in RETURN_TYPES],
    "breakdown": [(name, "") for name in BREAKDOWNS],
}
every_type = pytest.mark.parametrize("kind", RETURN_TYPES.values(), ids=lambda kind: kind.code)
in_general_and_of_a_quarter = pytest.mark.parametrize("quarter", [None, QUARTER], ids=str)


def csvw_of(kind: ReturnType, quarter: Quarter | None = None) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(csvw_metadata(kind, "https://board.example/a.csv", LISTS, quarter)))
    return made


def schema_of(kind: ReturnType, quarter: Quarter | None = None) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(table_schema(kind, LISTS, quarter)))
    return made


def wrong_by_both(kind: ReturnType, rows: list[dict[str, str]], quarter: Quarter | None = QUARTER) -> list[list[str]]:
    header = [column.name for column in kind.columns]
    full = [{name: row.get(name, "") for name in header} for row in rows]
    return [
        sorted(read_with_csvw(csvw_of(kind, quarter), header, full)),
        sorted(read_with_table_schema(schema_of(kind, quarter), header, full)),
    ]


@in_general_and_of_a_quarter
@every_type
def test_they_are_what_their_standards_allow(kind: ReturnType, quarter: Quarter | None) -> None:
    check_csvw(csvw_of(kind, quarter))
    check_table_schema(schema_of(kind, quarter))


@every_type
def test_they_have_every_column_in_order_with_what_the_page_says_of_it(kind: ReturnType) -> None:
    columns, fields = csvw_of(kind)["tableSchema"]["columns"], schema_of(kind)["fields"]
    for one, described, field in zip(kind.columns, columns, fields, strict=True):
        assert one.name == described["name"] == field["name"]
        assert one.description.rstrip(".") in described["dc:description"] == field["description"]
        assert described["required"] is field["constraints"]["required"] is not one.may_be_blank


@every_type
def test_every_title_of_a_column_is_read_as_that_column(kind: ReturnType) -> None:
    for column in csvw_of(kind)["tableSchema"]["columns"]:
        assert len(column["titles"]) > 1
        assert all(match_headers([title], kind) == {0: column["name"]} for title in column["titles"])


@in_general_and_of_a_quarter
@every_type
def test_the_example_row_passes(kind: ReturnType, quarter: Quarter | None) -> None:
    assert wrong_by_both(kind, [example_row(kind, QUARTER)], quarter) == [[], []]


@in_general_and_of_a_quarter
@every_type
def test_clean_files_pass(kind: ReturnType, quarter: Quarter | None) -> None:
    rows = list(csv.DictReader(io.StringIO(a_file_of(kind.code, 30, QUARTER).decode())))
    assert rows and wrong_by_both(kind, rows, quarter) == [[], []]


def test_the_clean_file_of_the_corpus_passes() -> None:
    rows = list(csv.DictReader((CORPUS / "clean.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows and wrong_by_both(RETURN_TYPES["referrals"], rows) == [[], []]


SPOILED = [
    ("referrals", "referral_date", "31/12/2016", "minimum"),
    ("referrals", "referral_date", "01/04/2017", "maximum"),
    ("referrals", "referral_date", "02/14/2017", "date"),
    ("referrals", "referral_id", "", "required"),
    ("referrals", "age", "26", "maximum"),
    ("referrals", "age", "-2", "minimum"),
    ("referrals", "age", "9.5", "integer"),
    ("referrals", "locality", "x" * 61, "maxLength"),
    ("missing_episodes", "returned", "perhaps", "boolean"),
    ("looked_after_children", "distance_miles", "901", "maximum"),
]
CODES = [
    ("referrals", "source", "11"),
    ("assessments", "factors", "3B 99Z"),
    ("assessments", "factors", "3B,4B"),
    ("assessments", "factors", "18B"),  # came in with 2017-18
    ("partner_counts", "item", "unicorns"),
    ("partner_counts", "breakdown", "colour"),
    ("partner_counts", "state", "q"),
]


@pytest.mark.parametrize(("code", "column", "text", "what"), SPOILED)
def test_what_is_forbidden_is_refused_by_both(code: str, column: str, text: str, what: str) -> None:
    kind = RETURN_TYPES[code]
    row = {**example_row(kind, QUARTER), column: text}
    assert wrong_by_both(kind, [row]) == [[f"2 {column}: {what}"]] * 2


@pytest.mark.parametrize(("code", "column", "text"), CODES)
def test_what_is_no_code_of_the_year_is_refused_by_both(code: str, column: str, text: str) -> None:
    kind = RETURN_TYPES[code]
    by_csvw, by_table_schema = wrong_by_both(kind, [{**example_row(kind, QUARTER), column: text}])
    assert by_csvw == [f"2 {column}: format"]
    assert by_table_schema in ([f"2 {column}: enum"], [f"2 {column}: pattern"])


def test_a_code_of_another_year_passes_where_no_quarter_is_named() -> None:
    kind = RETURN_TYPES["assessments"]
    row = {**example_row(kind, QUARTER), "factors": "18B"}
    assert wrong_by_both(kind, [row], None) == [[], []]


@pytest.mark.parametrize("code", ["referrals", "training_attendance", "board_attendance"])
def test_a_row_that_stands_twice_is_refused_by_both(code: str) -> None:
    kind = RETURN_TYPES[code]
    row = example_row(kind, QUARTER)
    assert all(wrong_by_both(kind, [row, row]))


@every_type
def test_the_codes_stand_with_their_words_and_other_spellings(kind: ReturnType) -> None:
    columns = {column["name"]: column for column in csvw_of(kind)["tableSchema"]["columns"]}
    for column in kind.columns:
        if column.codes:
            concepts = columns[column.name]["qb:codeList"]["skos:hasTopConcept"]
            told = {one["skos:notation"]: (one["skos:prefLabel"], one.get("skos:altLabel", [])) for one in concepts}
            assert told == {one.value: (one.label, list(one.aliases)) for one in column.codes}


def test_no_pattern_needs_more_than_the_dialects_share() -> None:
    """Anchors, escapes and lookarounds are where ECMAScript and XML Schema differ."""
    for kind in RETURN_TYPES.values():
        for column, field in zip(kind.columns, schema_of(kind)["fields"], strict=True):
            if column.kind is ColumnKind.CODES:
                assert re.fullmatch(r"[\w|() ]+\*", field["constraints"]["pattern"])


def test_the_whole_dictionary_has_everything_once() -> None:
    paths = {code: f"https://board.example/{code}.csv" for code in RETURN_TYPES}
    package = json.loads(
        json.dumps(
            data_package(RETURN_TYPES, ITEMS.values(), MEASURES.values(), BREAKDOWNS.values(), lists=LISTS, paths=paths)
        )
    )
    assert [one["name"] for one in package["resources"]] == list(RETURN_TYPES)
    assert [one["code"] for one in package["items"]] == list(ITEMS)
    assert [one["code"] for one in package["measures"]] == list(MEASURES)
    assert [one["name"] for one in package["breakdowns"]] == list(BREAKDOWNS)
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._/-]+", resource["name"])
        assert resource["path"] == paths[resource["name"]]
        assert resource["schema"] == schema_of(RETURN_TYPES[resource["name"]])


def test_every_name_in_the_whole_dictionary_leads_somewhere() -> None:
    package = data_package(
        RETURN_TYPES,
        ITEMS.values(),
        MEASURES.values(),
        BREAKDOWNS.values(),
        lists=LISTS,
        paths=dict.fromkeys(RETURN_TYPES, ""),
    )
    items = {one["code"] for one in package["items"]}
    sources = {one["name"] for one in package["resources"]} | {"reference", "system"}
    assert {one["source"] for one in package["items"]} <= sources and COUNTS in sources
    assert {one["numerator"] for one in package["measures"]} <= items
    assert {one["denominator"] for one in package["measures"]} <= items | {None}
    assert {name for one in package["items"] for name in one["breakdowns"]} <= set(BREAKDOWNS)
