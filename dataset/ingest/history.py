"""What a new return must agree with of what is stored: queries, never errors. [pure]

Works on the frame after its identifiers were replaced by digests, for only those are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dataset.ingest.context import Context
from dataset.ingest.findings import Finding, in_order, query
from dataset.ingest.usual import Usual, check_rows
from dataset.periods import Quarter

LISTED = 10  # rows that are listed one by one; more than that have one cause, and are told once


@dataclass(frozen=True, slots=True)
class Rolled:
    """A return whose records go on from quarter to quarter: its key, its start, and what one row is called.

    `is_whole` says that whatever is open at any time of a quarter is in its return. Where it is not (an enquiry that
    neither started, ended nor came to conference is not sent), a record that is not there has not vanished.
    """

    key: str
    start: str
    one: str
    many: str
    is_whole: bool = True
    fixed: tuple[str, ...] = ()  # further columns that never change


ROLLED_FORWARD = {
    "child_protection_plans": Rolled("plan_id", "start_date", "plan", "plans", fixed=("number_of_previous_plans",)),
    "looked_after_children": Rolled("child_id", "care_start_date", "child looked after", "children looked after"),
    "section47_enquiries": Rolled("enquiry_id", "start_date", "enquiry", "enquiries", is_whole=False),
}


def _no_referrals() -> pd.DataFrame:
    return pd.DataFrame({"child_id": [], "referral_date": []})


@dataclass
class History:
    """What is stored.

    `earlier_referrals` has child_id and referral_date; `open_before` holds the keys of what was open at the end of last
    quarter and `before` every row of that quarter's return: its key, its start, the columns that never change; None
    where no return came. `attendance_by_session` gives the people that each training session of the quarter had, as
    the other of the two training returns has them. `usual` is what the last four returns held.
    """

    earlier_referrals: pd.DataFrame = field(default_factory=_no_referrals)
    open_before: frozenset[str] = frozenset()
    before: pd.DataFrame | None = None
    attendance_by_session: Mapping[str, int] = field(default_factory=dict)
    usual: Usual = field(default_factory=Usual)


def check_history(frame: pd.DataFrame, context: Context, history: History) -> tuple[Finding, ...]:
    """Queries on a return that does not fit what was stored before it."""
    code = context.return_type.code
    findings = check_rows(frame, context, history.usual)
    if code == "referrals":
        findings += _unmentioned_referrals(frame, history.earlier_referrals)
    if code in ROLLED_FORWARD:
        findings += _vanished(frame, context, history.open_before)
        if history.before is not None:
            findings += _appeared(frame, context, history.before)
            findings += _rewritten(frame, context, history.before)
    if code == "training_attendance":
        findings += _attendance(frame, history.attendance_by_session)
    if code == "training_sessions":
        findings += _sessions(frame, history.attendance_by_session)
    return in_order(findings)


def _unmentioned_referrals(frame: pd.DataFrame, earlier: pd.DataFrame) -> list[Finding]:
    """Rows without a previous referral whose child has a stored one on or after the same day a year before."""
    rows = frame.loc[frame["previous_referral_date"].isna(), ["line", "child_id", "referral_date"]]
    if rows.empty or earlier.empty:
        return []
    past = earlier[["child_id", "referral_date"]].rename(columns={"referral_date": "earlier"})
    past = past.assign(
        child_id=past["child_id"].astype("string"), earlier=pd.to_datetime(past["earlier"]).astype("datetime64[s]")
    )
    pairs = rows.assign(child_id=rows["child_id"].astype("string")).merge(past, on="child_id")
    received = pd.to_datetime(pairs["referral_date"]).astype("datetime64[s]")
    within = (pairs["earlier"] >= received - pd.DateOffset(years=1)) & (pairs["earlier"] < received)
    latest = pairs[within].groupby("line")["earlier"].max()
    return [
        query(
            "earlier_referral",
            f"This child was referred on {day.day} {day:%B %Y}, less than 12 months before, and "
            "previous_referral_date is blank. "
            "Fill it in, or say why that referral does not count.",
            line=int(line),
            column="previous_referral_date",
            found="blank",
            expected=f"{day:%d/%m/%Y}",
        )
        for line, day in latest.items()
    ]


def _vanished(frame: pd.DataFrame, context: Context, open_before: frozenset[str]) -> list[Finding]:
    rolled = ROLLED_FORWARD[context.return_type.code]
    if not rolled.is_whole:
        return []
    gone = len(open_before.difference(frame[rolled.key].dropna()))
    if not gone:
        return []
    count = f"{gone:,} {rolled.one if gone == 1 else rolled.many}"
    were = "was" if gone == 1 else "were"
    message = (
        f"{count} that {were} open at the end of {context.quarter - 1} {'is' if gone == 1 else 'are'} neither "
        "open nor ended "
        "in this return. Check that none was left out; if their numbers changed, say so in your answer."
    )
    return [query("vanished", message, column=rolled.key, found=f"{count} vanished", expected="every one open before")]


def _appeared(frame: pd.DataFrame, context: Context, before: pd.DataFrame) -> list[Finding]:
    """Rows that began before the last quarter did, and so were open all through it, but were not in its return."""
    rolled, last = ROLLED_FORWARD[context.return_type.code], context.quarter - 1
    if not rolled.is_whole:
        return []
    is_new = ~frame[rolled.key].isin(set(before["key"]))
    rows = frame[is_new & (frame[rolled.start] < pd.Timestamp(last.start))]
    do = "Check the date and the number; if it was left out then, correct that return too."
    if len(rows) > LISTED:
        message = (
            f"{len(rows):,} {rolled.many} began before {last} and were not in the return for it. If their numbers "
            "changed, say so; if they were left out then, correct that return too."
        )
        found = f"{len(rows):,} {rolled.many} appeared"
        return [query("appeared", message, column=rolled.start, found=found, expected=f"in the return for {last}")]
    return [
        query(
            "appeared",
            f"{rolled.start} is {day.day} {day:%B %Y}, before {last} began, and this {rolled.one} was not in the "
            f"return for {last}. {do}",
            line=int(line),
            column=rolled.start,
            found=f"{day:%d/%m/%Y}",
            expected=f"in the return for {last}",
        )
        for line, day in zip(rows["line"], rows[rolled.start], strict=True)
    ]


def _rewritten(frame: pd.DataFrame, context: Context, before: pd.DataFrame) -> list[Finding]:
    """Rows whose start, or another thing that never changes, is not what the last return said of the same record."""
    rolled, last = ROLLED_FORWARD[context.return_type.code], context.quarter - 1
    if frame.empty or before.empty:
        return []
    return [
        finding
        for column in (rolled.start, *rolled.fixed)
        for finding in _rewritten_column(frame, rolled, last, column, before)
    ]


def _rewritten_column(
    frame: pd.DataFrame, rolled: Rolled, last: Quarter, column: str, before: pd.DataFrame
) -> list[Finding]:
    name = "start" if column == rolled.start else column
    # a child may have had two periods of care: only a record that was there once, then and now, is the same one
    was = before[~before["key"].duplicated(keep=False)].set_index("key")[name]
    now = frame[frame[rolled.key].isin(was.index) & ~frame[rolled.key].duplicated(keep=False)]
    then = now[rolled.key].map(was)
    if name == "start":
        then = pd.to_datetime(then)
        rows = now[(then != now[column]) & (now[column] < pd.Timestamp(last.start))]
    else:
        rows = now[then.astype("Int64") != now[column]]
    if len(rows) > LISTED:
        message = (
            f"{len(rows):,} {rolled.many} have another {column} than in the return for {last}. If their numbers were "
            "given out anew, say so; otherwise correct whichever is wrong."
        )
        found = f"{len(rows):,} {rolled.many} changed"
        return [query("rewritten", message, column=column, found=found, expected=f"as in {last}")]
    return [
        query(
            "rewritten",
            f"{column} is {_said(cell)}, and was {_said(then[place])} for the same {rolled.one} in the return for "
            f"{last}. Correct whichever is wrong.",
            line=int(line),
            column=column,
            found=_said(cell),
            expected=_said(then[place]),
        )
        for place, line, cell in zip(rows.index, rows["line"], rows[column], strict=True)
    ]


def _said(cell: Any) -> str:
    return f"{cell:%d/%m/%Y}" if hasattr(cell, "year") else f"{int(cell):,}"


def _sessions(frame: pd.DataFrame, by_session: Mapping[str, int]) -> list[Finding]:
    """Sessions sent again that no longer agree with the attendance by sector that stands."""
    if not by_session:
        return []
    findings = []
    for session, line, attended in zip(frame["session_id"], frame["line"], frame["attended"], strict=True):
        stored = by_session.get(str(session), 0)
        if stored != attended:
            message = (
                f"Session {session} has {attended:,} people here and {stored:,} in the attendance by sector that "
                "stands for this quarter. Correct whichever is wrong."
            )
            findings.append(
                query(
                    "attendance_differs",
                    message,
                    line=int(line),
                    column="attended",
                    found=f"{attended:,}",
                    expected=f"{stored:,}",
                )
            )
    gone = [session for session, attended in by_session.items() if attended and session not in set(frame["session_id"])]
    if gone:
        count = f"{len(gone):,} session{'s' * (len(gone) != 1)}"
        message = (
            f"{count} with attendance by sector for this quarter {'is' if len(gone) == 1 else 'are'} not here. Add "
            "what is missing, or correct the attendance."
        )
        findings.append(query("attendance_differs", message, column="session_id", found=f"{count} not here"))
    return findings


def _attendance(frame: pd.DataFrame, by_session: Mapping[str, int]) -> list[Finding]:
    if not by_session:
        return []
    sums = frame.groupby("session_id").agg(line=("line", "min"), attended=("attended", "sum"))
    findings = []
    for session, line, attended in sums.itertuples(name=None):
        stored = by_session.get(session)
        if stored == attended:
            continue
        known = "is not in that return" if stored is None else f"has {stored:,} there"
        message = (
            f"Session {session} has {attended:,} people by sector and {known} (the training sessions of this quarter). "
            "Correct whichever is wrong."
        )
        expected = "a session of this quarter" if stored is None else f"{stored:,}"
        findings.append(
            query(
                "attendance_differs",
                message,
                line=int(line),
                column="attended",
                found=f"{attended:,}",
                expected=expected,
            )
        )
    left_out = [session for session, attended in by_session.items() if attended and session not in sums.index]
    if left_out:
        count = f"{len(left_out):,} session{'s' * (len(left_out) != 1)}"
        message = (
            f"{count} of this quarter's training sessions had people, and none of the rows here. Add the missing "
            "rows, or "
            "say why there are none."
        )
        findings.append(query("attendance_differs", message, column="session_id", found=f"{count} without rows"))
    return findings
