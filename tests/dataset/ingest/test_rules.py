"""Rules beyond a return's columns: rows that pass, rows that do not, and what is said of them."""

from typing import Any

import pandas as pd
import pytest

from dataset.ingest.findings import Finding, Severity
from dataset.ingest.rules import Alone, BlankUnless, FilledWhen, NotAbove, Rule, Together, Unique
from dataset.periods import Quarter


class Context:
    quarter = Quarter(2016, 4)


def check(rule: Rule, **columns: tuple[list[Any], str]) -> list[Finding]:
    """The rule's findings over a frame of (cells, dtype) whose first row is line 2."""
    frame = pd.DataFrame({name: pd.Series(cells, dtype=dtype) for name, (cells, dtype) in columns.items()})
    return rule(frame.assign(line=range(2, len(frame) + 2)), Context())


def lines(findings: list[Finding]) -> list[int | None]:
    return [finding.line for finding in findings]


def test_a_part_is_not_above_its_whole() -> None:
    findings = check(
        NotAbove("rated", "returned"), rated=([3, 4, None, 2], "Int64"), returned=([3, 3, 1, None], "Int64")
    )
    assert findings == [
        Finding(
            Severity.ERROR,
            "part_above_whole",
            "rated (4) is more than returned (3). Correct whichever is wrong.",
            3,
            "rated",
            "4",
            "at most 3",
        )
    ]


@pytest.mark.parametrize(
    ("rule", "when", "expected"),
    [
        (BlankUnless("answer", "due", (True,)), ([True, False, None, False], "boolean"), [3, 4]),
        (BlankUnless("answer", "due", ("done", "seen")), (["done", "seen", "no", None], "string"), [4]),
        (BlankUnless("answer", "due", above=0), ([1, 0, None, 0], "Int64"), [3, 4]),
        (BlankUnless("answer", "due"), (["x", "", None, None], "string"), [3, 4]),
        (FilledWhen("answer", "due", (True,)), ([True, False, None, True], "boolean"), [5]),
        (FilledWhen("answer", "due", ("done",)), (["done", "no", None, "no"], "string"), []),
        (FilledWhen("answer", "due", above=0), ([1, 0, None, 2], "Int64"), [5]),
        (FilledWhen("answer", "due"), (["x", "x", None, "x"], "string"), [5]),
    ],
)
def test_conditional_blanks(rule: Rule, when: tuple[list[Any], str], expected: list[int]) -> None:
    findings = check(rule, answer=(["yes", "yes", "yes", None], "string"), due=when)
    assert lines(findings) == expected
    assert {finding.column for finding in findings} <= {"answer"}


def test_a_conditional_blank_shows_no_value() -> None:
    (finding,) = check(BlankUnless("plan_id", "due", (True,)), plan_id=(["12345"], "string"), due=([False], "boolean"))
    assert finding.found == "a value"
    assert "12345" not in finding.message


def test_what_cannot_be_true_together() -> None:
    rule = Together((("outcome", ("completed", "declined")), ("offered", (False,))), "Correct one of the two.")
    findings = check(
        rule,
        outcome=(["completed", "declined", "not due", "declined", None], "string"),
        offered=([True, False, False, None, False], "boolean"),
    )
    assert lines(findings) == [3]
    assert findings[0].message == (
        "In this row outcome is completed or declined and offered is no. Correct one of the two."
    )
    assert findings[0].found == "declined"


def test_a_code_that_excludes_others_stands_alone() -> None:
    findings = check(Alone("factors", "21", "no factor"), factors=(["21", "3A 21", "3A 4B", "210 3A", None], "string"))
    assert lines(findings) == [3]


def test_rows_are_told_apart_by_several_columns() -> None:
    findings = check(
        Unique(("session_id", "sector")),
        session_id=(["a", "a", "b", "a", None, None], "string"),
        sector=(["health", "police", "health", "health", "police", "police"], "string"),
    )
    assert [(finding.line, finding.found) for finding in findings] == [(5, "the same as line 2")]


def test_the_severity_is_the_rule_s() -> None:
    rule = NotAbove("attended", "capacity", Severity.QUERY)
    (finding,) = check(rule, attended=([30], "Int64"), capacity=([24], "Int64"))
    assert not finding.is_error
