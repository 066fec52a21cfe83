"""Rules of dates and of spans of time, in January to March 2017."""

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from dataset.ingest.date_rules import CodeEnded, NotAfter, NotBefore, Overdue, StartedSoon
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.rules import Rule
from dataset.ingest.span_rules import AnsweredAfter, NoOverlap, OneADay, OpenBelowAge, OpenInQuarter
from dataset.periods import Quarter

LONG_AGO, BEFORE, DURING, AFTER = date(2014, 1, 10), date(2016, 12, 5), date(2017, 2, 14), date(2017, 4, 3)


class Context:
    quarter = Quarter(2016, 4)


def check(rule: Rule, **columns: list[Any]) -> list[Finding]:
    """The rule's findings over a frame whose first row is line 2; columns hold dates unless they hold text."""
    frame = pd.DataFrame({name: _typed(cells) for name, cells in columns.items()})
    return rule(frame.assign(line=range(2, len(frame) + 2)), Context())


def _typed(cells: list[Any]) -> pd.Series:
    kinds = {bool: "boolean", int: "Int64", str: "string", date: "datetime64[s]"}
    kind = next((kinds[type(cell)] for cell in cells if cell is not None), "datetime64[s]")
    return pd.Series(cells, dtype="object").astype(kind)


def lines(findings: list[Finding]) -> list[int | None]:
    return [finding.line for finding in findings]


def test_an_end_is_not_before_its_start() -> None:
    findings = check(NotBefore("end", "start"), start=[DURING, DURING, DURING], end=[DURING, BEFORE, None])
    assert findings == [
        Finding(
            Severity.ERROR,
            "date_order",
            "end (5 December 2016) is before start (14 February 2017). Correct whichever is wrong.",
            3,
            "end",
            "05/12/2016",
            "on or after 14/02/2017",
        )
    ]


@pytest.mark.parametrize(("strictly", "expected"), [(False, [4]), (True, [3, 4])])
def test_an_earlier_date_is_not_after_a_later_one(strictly: bool, expected: list[int]) -> None:
    rule = NotAfter("previous", "date", strictly=strictly)
    findings = check(rule, previous=[BEFORE, DURING, AFTER, None], date=[DURING] * 4)
    assert lines(findings) == expected
    assert {finding.column for finding in findings} == {"previous"}


def test_a_conference_that_is_required_is_overdue_after_15_working_days() -> None:
    findings = check(
        Overdue("required", (True,), "start", "held", 15),
        required=[True, True, True, False],
        start=[date(2017, 3, 10), date(2017, 3, 13), BEFORE, BEFORE],
        held=[None, None, DURING, None],
    )
    assert lines(findings) == [2]
    assert not findings[0].is_error


def test_a_late_start_is_asked_about() -> None:
    friday, monday, tuesday = date(2017, 3, 10), date(2017, 3, 13), date(2017, 3, 14)
    rule = StartedSoon("start", "referral", 1)
    assert lines(check(rule, start=[monday, tuesday, friday], referral=[friday, friday, None])) == [3]


def test_a_code_goes_out_of_use() -> None:
    findings = check(
        CodeEnded("category", "absent", "began", date(2017, 1, 31)),
        category=["absent", "absent", "missing"],
        began=[date(2017, 1, 31), date(2017, 2, 1), DURING],
    )
    assert lines(findings) == [3]


def test_a_row_was_open_in_the_quarter() -> None:
    findings = check(
        OpenInQuarter("start", "end"),
        start=[LONG_AGO, LONG_AGO, LONG_AGO, AFTER, DURING],
        end=[None, BEFORE, date(2017, 1, 1), None, AFTER],
    )
    assert [(finding.line, finding.column) for finding in findings] == [(5, "start"), (3, "end")]


def test_a_row_that_ended_before_may_have_its_conference_in_the_quarter() -> None:
    rule = OpenInQuarter("start", "end", also=("held",))
    findings = check(rule, start=[LONG_AGO] * 3, end=[BEFORE] * 3, held=[DURING, BEFORE, None])
    assert lines(findings) == [3, 4]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ([LONG_AGO, DURING], [DURING, None], []),  # one ends on the day the next starts
        ([LONG_AGO, BEFORE], [DURING, None], [(3, 2)]),
        ([DURING, LONG_AGO], [None, None], [(2, 3)]),  # the later of the two is named, in whatever order they come
        ([LONG_AGO, BEFORE, DURING], [None, date(2016, 12, 6), AFTER], [(3, 2), (4, 2)]),
        ([DURING, DURING], [None, None], [(3, 2)]),
    ],
)
def test_the_plans_of_one_child_do_not_overlap(
    starts: list[date], ends: list[date | None], expected: list[tuple[int, int]]
) -> None:
    rule = NoOverlap("child_id", "start", "end", "plans")
    findings = check(rule, child_id=["kept-secret"] * len(starts), start=starts, end=ends)
    others = [re.findall(r"line (\d+)", finding.message) for finding in findings]
    assert [(finding.line, *map(int, other)) for finding, other in zip(findings, others, strict=True)] == expected
    assert not any("kept-secret" in str(finding) for finding in findings)


@pytest.mark.parametrize("written", [("C1", " c1"), ("00123", "123.0")])
def test_one_child_written_in_two_ways_is_one_child(written: tuple[str, str]) -> None:
    overlap = NoOverlap("child_id", "start", "end", "plans")
    assert lines(check(overlap, child_id=list(written), start=[BEFORE] * 2, end=[None] * 2)) == [3]
    assert lines(check(OneADay("child_id", "day", "referrals"), child_id=list(written), day=[DURING] * 2)) == [3]


def test_two_children_may_have_plans_at_once() -> None:
    rule = NoOverlap("child_id", "start", "end", "plans")
    assert check(rule, child_id=["a", "b", None, None], start=[BEFORE] * 4, end=[None] * 4) == []


def test_two_referrals_of_a_child_on_one_day_are_a_query() -> None:
    rule = OneADay("child_id", "day", "referrals")
    findings = check(
        rule, child_id=["a", "a", "b", "a", None, None], day=[DURING, BEFORE, DURING, DURING, DURING, DURING]
    )
    assert lines(findings) == [5]
    assert "line 2" in findings[0].message
    assert not findings[0].is_error


def test_an_answer_is_asked_for_after_three_months_and_not_before() -> None:
    findings = check(
        AnsweredAfter("answer", "start", "end", 3),
        start=[date(2016, 12, 31), date(2017, 1, 1), date(2016, 12, 31), date(2017, 1, 1), LONG_AGO, LONG_AGO],
        end=[None, None, None, None, DURING, DURING],
        answer=[None, None, True, True, None, True],
    )
    assert [(finding.line, finding.severity) for finding in findings] == [(2, Severity.ERROR), (5, Severity.QUERY)]


def test_some_rows_are_spared_the_question() -> None:
    rule = AnsweredAfter("answer", "start", "end", 12, unless=("status", ("V3", "V4")))
    findings = check(rule, start=[LONG_AGO] * 2, end=[None] * 2, answer=[None] * 2, status=["V4", "C2"])
    assert lines(findings) == [3]


def test_nobody_stays_on_a_plan_at_18() -> None:
    findings = check(OpenBelowAge("age", "end", 18), age=[17, 18, 18, 18, None], end=[None, None, DURING, AFTER, None])
    assert lines(findings) == [3, 5]
