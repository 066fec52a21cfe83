from datetime import date, timedelta

import pandas as pd

from dataset.ingest.checking import Context
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.history import History, check_history
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.dataset.rows import frame_of

QUARTER = Quarter(2015, 4)


def check(code: str, frame: pd.DataFrame, history: History) -> tuple[Finding, ...]:
    findings = check_history(frame, Context(RETURN_TYPES[code], QUARTER, "CSC"), history)
    assert all(finding.severity is Severity.QUERY for finding in findings)
    return findings


def referrals(*rows: tuple[str, date, date | None]) -> pd.DataFrame:
    names = ("child_id", "referral_date", "previous_referral_date")
    return frame_of("referrals", *(dict(zip(names, row, strict=True)) for row in rows))


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
    frame = frame_of("child_protection_plans", {"plan_id": "a"}, {"plan_id": "b"})
    [finding] = check("child_protection_plans", frame, History(open_before=frozenset("abcd")))
    assert (finding.code, finding.line, finding.found) == ("vanished", None, "2 plans vanished")
    assert "2015-16 Q3" in finding.message
    assert check("child_protection_plans", frame, History(open_before=frozenset("ab"))) == ()


def test_children_roll_forward_too_and_an_enquiry_open_all_quarter_is_not_sent() -> None:
    one = History(open_before=frozenset("a"))
    assert check("looked_after_children", frame_of("looked_after_children"), one)[0].found == (
        "1 child looked after vanished"
    )
    assert check("section47_enquiries", frame_of("section47_enquiries"), one) == ()


def attendance(*rows: tuple[str, int]) -> pd.DataFrame:
    return frame_of("training_attendance", *({"session_id": one, "attended": people} for one, people in rows))


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
    assert check("assessments", frame_of("assessments", {}), History(open_before=frozenset("a"))) == ()


def test_sessions_sent_again_are_held_against_the_attendance_that_stands() -> None:
    sessions = [{"session_id": name, "attended": people} for name, people in (("s1", 12), ("s2", 9), ("s3", 0))]
    stored = History(attendance_by_session={"s1": 12, "s2": 8, "s4": 5})
    findings = check("training_sessions", frame_of("training_sessions", *sessions), stored)
    assert [(f.line, f.code, f.found, f.expected) for f in findings] == [
        (None, "attendance_differs", "1 session not here", ""),
        (3, "attendance_differs", "9", "8"),
    ]


# What goes on from quarter to quarter


def before(*rows: tuple[str, date], **fixed: list[int]) -> History:
    """Last quarter's rows, each by its key and its start."""
    keys, starts = zip(*rows, strict=True)
    frame = pd.DataFrame({"key": keys, "open": False, "start": pd.to_datetime(list(starts)).astype("datetime64[s]")})
    return History(before=frame.assign(**({"number_of_previous_plans": 0} | fixed)))


def plan(name: str, start: date, number: int = 0) -> dict[str, object]:
    return {"plan_id": name, "start_date": start, "number_of_previous_plans": number}


LONG_AGO, LAST_QUARTER, THIS_QUARTER = date(2014, 5, 6), date(2015, 11, 2), date(2016, 2, 1)


def test_a_plan_from_before_last_quarter_should_have_been_in_its_return() -> None:
    rows = [plan("a", LONG_AGO), plan("b", LONG_AGO), plan("c", LAST_QUARTER), plan("d", THIS_QUARTER)]
    [finding] = check("child_protection_plans", frame_of("child_protection_plans", *rows), before(("a", LONG_AGO)))
    assert (finding.code, finding.line, finding.column, finding.found) == ("appeared", 3, "start_date", "06/05/2014")
    assert "before 2015-16 Q3" in finding.message


def test_a_child_who_appears_long_in_care_is_asked_about() -> None:
    rows = [{"child_id": "a", "care_start_date": LONG_AGO}]
    frame = frame_of("looked_after_children", *rows)
    [finding] = check("looked_after_children", frame, before(("z", LONG_AGO)))
    assert (finding.code, finding.line) == ("appeared", 2)
    assert "This child looked after began" not in finding.message


def test_an_enquiry_is_only_in_the_returns_of_the_quarters_in_which_something_happened() -> None:
    frame = frame_of("section47_enquiries", {"enquiry_id": "a", "start_date": LONG_AGO})
    assert check("section47_enquiries", frame, before(("z", LONG_AGO))) == ()


def test_when_every_number_is_new_it_is_said_once() -> None:
    rows = [plan(f"new {place}", LONG_AGO + timedelta(days=place)) for place in range(30)]
    [finding] = check("child_protection_plans", frame_of("child_protection_plans", *rows), before(("z", LONG_AGO)))
    assert (finding.code, finding.line, finding.found) == ("appeared", None, "30 plans appeared")


def test_what_never_changes_is_as_it_was() -> None:
    rows = [plan("a", LONG_AGO), plan("b", date(2014, 5, 7)), plan("c", LONG_AGO, 2)]
    stored = before(("a", LONG_AGO), ("b", LONG_AGO), ("c", LONG_AGO))
    findings = check("child_protection_plans", frame_of("child_protection_plans", *rows), stored)
    assert [(f.line, f.code, f.column, f.found, f.expected) for f in findings] == [
        (3, "rewritten", "start_date", "07/05/2014", "06/05/2014"),
        (4, "rewritten", "number_of_previous_plans", "2", "0"),
    ]


def test_a_child_may_come_back_into_care() -> None:
    frame = frame_of("looked_after_children", {"child_id": "a", "care_start_date": THIS_QUARTER})
    assert check("looked_after_children", frame, before(("a", LONG_AGO))) == ()


def test_after_a_nil_return_nothing_is_compared_row_by_row() -> None:
    frame = frame_of("child_protection_plans", plan("a", THIS_QUARTER))
    nobody = before(("z", LONG_AGO)).before
    assert nobody is not None
    assert check("child_protection_plans", frame, History(before=nobody.iloc[:0])) == ()


def test_a_first_return_has_no_history() -> None:
    frame = frame_of("child_protection_plans", plan("a", LONG_AGO))
    assert check("child_protection_plans", frame, History()) == ()
