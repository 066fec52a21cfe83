from datetime import date

import pandas as pd

from dataset.ingest.checking import Context
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.history import History, check_history
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2015, 4)


def check(code: str, frame: pd.DataFrame, history: History) -> tuple[Finding, ...]:
    findings = check_history(frame, Context(RETURN_TYPES[code], QUARTER, "CSC"), history)
    assert all(finding.severity is Severity.QUERY for finding in findings)
    return findings


def referrals(*rows: tuple[str, date, date | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["child_id", "referral_date", "previous_referral_date"])
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in frame.columns[1:]}
    return frame.assign(**dates, line=range(2, len(frame) + 2))


def earlier(*rows: tuple[str, date]) -> History:
    return History(earlier_referrals=pd.DataFrame(rows, columns=["child_id", "referral_date"]))


def test_a_stored_referral_inside_twelve_months_must_be_mentioned() -> None:
    frame = referrals(
        ("a", date(2016, 3, 1), None), ("b", date(2016, 3, 1), None), ("a", date(2016, 3, 9), date(2016, 3, 1))
    )
    findings = check("referrals", frame, earlier(("a", date(2015, 6, 3)), ("a", date(2015, 5, 1))))
    assert [(f.line, f.column, f.expected) for f in findings] == [(2, "previous_referral_date", "03/06/2015")]


def test_twelve_months_reach_back_to_the_same_day_a_year_before() -> None:
    stored = earlier(("a", date(2015, 3, 1)), ("b", date(2015, 2, 28)), ("c", date(2015, 2, 27)))
    rows = referrals(
        ("a", date(2016, 3, 1), None),
        ("b", date(2016, 3, 1), None),
        ("b", date(2016, 2, 29), None),
        ("c", date(2016, 2, 29), None),
    )
    assert [f.line for f in check("referrals", rows, stored)] == [2, 4]


def test_what_was_open_and_is_gone_is_counted() -> None:
    frame = pd.DataFrame({"plan_id": ["a", "b"], "line": [2, 3]})
    [finding] = check("child_protection_plans", frame, History(open_before=frozenset("abcd")))
    assert (finding.code, finding.line, finding.found) == ("vanished", None, "2 plans vanished")
    assert "2015-16 Q3" in finding.message
    assert check("child_protection_plans", frame, History(open_before=frozenset("ab"))) == ()


def test_children_and_enquiries_roll_forward_too() -> None:
    nobody = pd.DataFrame({"child_id": [], "enquiry_id": [], "line": []})
    one = History(open_before=frozenset("a"))
    assert check("looked_after_children", nobody, one)[0].found == "1 child looked after vanished"
    assert check("section47_enquiries", nobody, one)[0].found == "1 enquiry vanished"


def attendance(*rows: tuple[str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["session_id", "attended"]).assign(line=range(2, len(rows) + 2))


def test_attendance_by_sector_adds_up_to_the_sessions() -> None:
    frame = attendance(("s1", 8), ("s1", 4), ("s2", 5), ("s9", 1))
    findings = check("training_attendance", frame, History(attendance_by_session={"s1": 12, "s2": 6, "s3": 7, "s4": 0}))
    assert [(f.line, f.code, f.found) for f in findings] == [
        (None, "attendance_differs", "1 session without rows"),
        (4, "attendance_differs", "5"),
        (5, "attendance_differs", "1"),
    ]


def test_nothing_stored_nothing_asked() -> None:
    assert check("referrals", referrals(("a", date(2016, 3, 1), None)), History()) == ()
    assert check("training_attendance", attendance(("s1", 8)), History()) == ()
    assert check("assessments", pd.DataFrame({"line": [2]}), History(open_before=frozenset("a"))) == ()
