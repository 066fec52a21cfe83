"""What a new return must agree with of what is stored: queries, never errors. [pure]

Works on the frame after its identifiers were replaced by digests, for only those are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dataset.ingest.context import Context
from dataset.ingest.findings import Finding, in_order, query

_ROLLED_FORWARD = {
    "child_protection_plans": ("plan_id", "plan", "plans"),
    "looked_after_children": ("child_id", "child looked after", "children looked after"),
    "section47_enquiries": ("enquiry_id", "enquiry", "enquiries"),
}


def _no_referrals() -> pd.DataFrame:
    return pd.DataFrame({"child_id": [], "referral_date": []})


@dataclass
class History:
    """What is stored.

    `earlier_referrals` has child_id and referral_date; `open_before` holds the keys of what was open at the end of last
    quarter; `attendance_by_session` gives the people that each training session of the quarter had.
    """

    earlier_referrals: pd.DataFrame = field(default_factory=_no_referrals)
    open_before: frozenset[str] = frozenset()
    attendance_by_session: Mapping[str, int] = field(default_factory=dict)


def check_history(frame: pd.DataFrame, context: Context, history: History) -> tuple[Finding, ...]:
    """Queries on a return that does not fit what was stored before it."""
    code = context.return_type.code
    if code == "referrals":
        return in_order(_unmentioned_referrals(frame, history.earlier_referrals))
    if code in _ROLLED_FORWARD:
        return in_order(_vanished(frame, context, history.open_before))
    if code == "training_attendance":
        return in_order(_attendance(frame, history.attendance_by_session))
    return ()


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
    key, one, many = _ROLLED_FORWARD[context.return_type.code]
    gone = len(open_before.difference(frame[key].dropna()))
    if not gone:
        return []
    count = f"{gone:,} {one if gone == 1 else many}"
    were = "was" if gone == 1 else "were"
    message = (
        f"{count} that {were} open at the end of {context.quarter - 1} {'is' if gone == 1 else 'are'} neither "
        "open nor ended "
        "in this return. Check that none was left out; if their numbers changed, say so in your answer."
    )
    return [query("vanished", message, column=key, found=f"{count} vanished", expected="every one open before")]


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
