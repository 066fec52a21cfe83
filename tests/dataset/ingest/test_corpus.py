"""Each file of tests/returns gives exactly the findings that stand beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from dataset.definitions import Breakdown, Counts, DataItem, Timing
from dataset.ingest.checking import Context, check_return
from dataset.ingest.findings import CODES, Finding, error
from dataset.ingest.reading import UnreadableFile, read_table
from dataset.ingest.rules import RULE_CODES
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

CORPUS = Path(__file__).parents[2] / "returns"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in CORPUS.glob("*.expected.json"))

TITLES = {"contacts": "Contacts received"}
BREAKDOWNS = {"contacts": ("source group",), "pf_notifications": ("language school or not",)}
SOURCE_GROUP = Breakdown("source group", "source_group", {"police": "Police", "health": "Health"})


def expected(name: str) -> dict[str, Any]:
    return json.loads((CORPUS / f"{name}.expected.json").read_text(encoding="utf-8"))


def items(codes: list[str]) -> dict[str, DataItem]:
    return {
        code: DataItem(
            code,
            TITLES.get(code, code.replace("_", " ").capitalize()),
            "partner_counts",
            Counts.EVENTS,
            Timing.IN_QUARTER,
            "as supplied",
            "CSC",
            BREAKDOWNS.get(code, ()),
        )
        for code in codes
    }


def context_of(facts: dict[str, Any]) -> Context:
    return Context(
        return_type=RETURN_TYPES[facts["return_type"]],
        quarter=Quarter.parse(facts["quarter"]),
        supplier=facts["supplier"],
        nil=facts.get("nil", False),
        localities=frozenset(facts.get("localities", ())),
        owed_items=items(facts.get("owed", [])),
        other_items={"da_incidents": "POL"},
        allowed_record_items=items(facts.get("uncounted", [])),
        record_return_items=frozenset(facts.get("counted", ())),
        not_due_items=items(facts.get("not_due", [])),
        parts=tuple((part, whole) for part, whole in facts.get("parts", ())),
        breakdowns={"source group": SOURCE_GROUP},
    )


def file_of(name: str) -> Path:
    """The file that the expectation is about, whatever its kind."""
    return next(path for path in CORPUS.glob(f"{name}.*") if path.suffix != ".json")


def check_file(name: str) -> tuple[Finding, ...]:
    context = context_of(expected(name)["context"])
    try:
        table = read_table(file_of(name).read_bytes(), [c.name for c in context.return_type.columns])
    except UnreadableFile as unreadable:
        return (error(unreadable.code, unreadable.message),)
    return check_return(table, context).findings


@pytest.mark.parametrize("name", NAMES)
def test_file_gives_its_findings(name: str) -> None:
    found = [(f.line, f.column, f.code, str(f.severity)) for f in check_file(name)]
    stated = [tuple(f[key] for key in ("line", "column", "code", "severity")) for f in expected(name)["findings"]]
    assert found == stated


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_can_be_acted_on_and_stored(name: str) -> None:
    for finding in check_file(name):
        assert finding.code in CODES.keys() | RULE_CODES.keys()
        assert finding.message.endswith((".", "…")) and "{" not in finding.message
        assert len(finding.message) <= 600 and len(finding.found) <= 200
        assert len(finding.expected) <= 300 and len(finding.column) <= 60


def test_every_file_has_its_expectation() -> None:
    files = (path for path in CORPUS.iterdir() if path.is_file() and path.suffix not in (".json", ".py"))
    assert sorted(path.stem for path in files) == NAMES


def test_every_return_has_files_with_findings() -> None:
    assert {
        expected(name)["context"]["return_type"] for name in NAMES if expected(name)["findings"]
    } == RETURN_TYPES.keys()


def test_every_code_is_met_in_the_corpus_or_in_that_of_history() -> None:
    stated = (json.loads(path.read_text(encoding="utf-8")) for path in CORPUS.rglob("*.expected.json"))
    met = {finding["code"] for facts in stated for finding in facts["findings"]}
    of_size = {"too_big", "too_many_rows", "too_many_columns", "cell_too_long", "more_of_the_same"}
    of_a_year = {"no_quarter", "quarter_not_of_year"}
    assert CODES.keys() - met == of_size | of_a_year
