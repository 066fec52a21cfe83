"""The counts return's own checks: which items, whose, complete, and parts that fit their wholes. [pure]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from dataset.definitions import STATE_OF_LETTER, DataItem, State
from dataset.ingest.columns import show
from dataset.ingest.context import Context
from dataset.ingest.faults import nearest, shorten
from dataset.ingest.findings import Finding, error, query
from dataset.ingest.names import looks_like_a_name, name_found
from dataset.ingest.reading import simplify

FRAME_COLUMNS = ("item", "value", "breakdown", "category", "state", "note", "line")


@dataclass(slots=True)
class Row:
    """One row of a counts return; `is_read` is false where one of its cells could not be read."""

    line: int
    item: str
    value: int | None
    breakdown: str
    category: str
    state: State | None
    note: str
    is_read: bool

    @property
    def is_total(self) -> bool:
        return not self.breakdown and not self.category

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.item, self.breakdown, simplify(self.category))


@dataclass
class Ledger:
    """The rows of a counts return whose items are known, and what is wrong with it so far."""

    context: Context
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def items(self) -> dict[str, DataItem]:
        return {**self.context.allowed_record_items, **self.context.owed_items}

    @cached_property
    def totals(self) -> dict[str, Row]:
        return {row.item: row for row in reversed(self.rows) if row.is_total}

    def fault(self, row: Row, column: str, code: str, message: str, *, found: str = "", expected: str = "") -> None:
        short = shorten(message, 590)
        self.findings.append(error(code, short, line=row.line, column=column, found=found, expected=expected))

    def title(self, item: str) -> str:
        return f"{item} ({self.items[item].title})"


def check_counts(
    frame: pd.DataFrame, faulty: Mapping[str, np.ndarray], context: Context
) -> tuple[pd.DataFrame, list[Finding]]:
    """The frame of a counts return with its items as codes and its states as State values, and what is wrong."""
    ledger = Ledger(context)
    lookup = _lookup(ledger.items)
    for row in _rows(frame, faulty):
        if (item := _resolve(row, lookup, ledger)) is not None:
            row.item = item
            ledger.rows.append(row)
    _check_breakdowns(ledger)
    _check_values(ledger)
    _check_duplicates(ledger)
    _check_owed(ledger)
    _check_sums(ledger)
    _check_parts(ledger)
    return _to_frame(ledger.rows), ledger.findings


def _rows(frame: pd.DataFrame, faulty: Mapping[str, np.ndarray]) -> Iterator[Row]:
    any_fault = np.logical_or.reduce([*faulty.values()]) if faulty else np.zeros(len(frame), dtype=bool)
    blank = {"item": "", "breakdown": "", "category": "", "state": "", "note": ""}
    for row, is_faulty in zip(frame.fillna(blank).itertuples(index=False), any_fault, strict=True):
        yield Row(
            line=int(row.line),
            item=str(row.item),
            value=None if pd.isna(row.value) else int(row.value),
            breakdown=str(row.breakdown),
            category=str(row.category),
            state=STATE_OF_LETTER.get(str(row.state)),
            note=str(row.note),
            is_read=not is_faulty,
        )


def _lookup(items: Mapping[str, DataItem]) -> dict[str, str]:
    titles = {simplify(item.title): code for code, item in items.items()}
    return titles | {simplify(code): code for code in items}


def _resolve(row: Row, lookup: Mapping[str, str], ledger: Ledger) -> str | None:
    """The code of the item that a row is about; None, with an error, where the row may not be sent."""
    if not row.item:
        return None
    context, name = ledger.context, simplify(row.item)
    if item := lookup.get(name):
        return item
    quoted, found = show(row.item)
    if item := _named(name, context.record_return_items):
        message = (
            f"{item} is counted from the rows of a return that is already accepted for {context.quarter}, so it "
            "may not come "
            "as a total. Delete the row; if the rows are wrong, correct that return."
        )
        ledger.fault(row, "item", "item_of_records", message, found=found, expected="no total")
    elif item := _named(name, context.not_due_items):
        message = (
            f"{item} is not due for {context.quarter}. Delete the row, and send it with the quarter in which it is due."
        )
        ledger.fault(row, "item", "item_not_due", message, found=found, expected="an item that is due")
    elif item := _named(name, context.other_items):
        owner = context.other_items[item]
        whose = f"owed by {owner}, not by {context.supplier}" if owner.isalnum() else "not sent by any supplier"
        ledger.fault(
            row,
            "item",
            "item_of_another_supplier",
            f"{item} is {whose}. Delete the row, or ask the board's business unit if this should change.",
            found=found,
            expected=f"an item that {context.supplier} owes",
        )
    else:
        near = nearest(row.item, [*ledger.items, *(item.title for item in ledger.items.values())])
        hint = f" Did you mean {ledger.title(lookup[simplify(near)])}?" if near else ""
        message = f"There is no data item {quoted}.{hint} Take the codes from the template of this return."
        ledger.fault(row, "item", "unknown_item", message, found=found, expected=lookup[simplify(near)] if near else "")
    return None


def _named(name: str, items: Mapping[str, object] | frozenset[str]) -> str:
    return next((item for item in items if simplify(item) == name), "")


def _check_breakdowns(ledger: Ledger) -> None:
    for row in ledger.rows:
        if bool(row.breakdown) != bool(row.category):
            given, lacking = ("breakdown", "category") if row.breakdown else ("category", "breakdown")
            message = f"The row has a {given} and no {lacking}. Fill in both, or neither for the item's total."
            ledger.fault(row, lacking, "breakdown_without_category", message, found="blank", expected=f"a {lacking}")
            row.is_read = False
        elif row.breakdown:
            _check_breakdown(row, ledger)


def _check_breakdown(row: Row, ledger: Ledger) -> None:
    allowed = {simplify(name): name for name in ledger.items[row.item].breakdowns}
    name = allowed.get(simplify(row.breakdown))
    quoted, found = show(row.breakdown)
    if name is None:
        names = " or ".join(allowed.values())
        message = f"{row.item} is not split by {quoted}. " + (
            f"It may be split by {names}." if names else "Give its total only: one row without breakdown and category."
        )
        ledger.fault(row, "breakdown", "breakdown_not_allowed", message, found=found, expected=names or "blank")
        row.is_read = False
        return
    row.breakdown = name
    _check_category(row, name, ledger)


def _check_category(row: Row, name: str, ledger: Ledger) -> None:
    """The category by its code; one of a breakdown that has no list must not name a person, being a heading."""
    context = ledger.context
    breakdown = context.breakdowns.get(name)
    labels = breakdown.labels if breakdown else {}
    if name == "locality" and context.localities:
        labels = {locality: locality for locality in sorted(context.localities)} | {"unknown": "Unknown"}
    if not labels:
        if looks_like_a_name(row.category, (context.area_name, *context.localities)):
            instead = f"Give the {name} that the row counts, never a person."
            ledger.findings.append(name_found(row.line, "category", instead))
            row.is_read = False
        return
    categories = {simplify(label): value for value, label in labels.items()}
    categories |= {simplify(value): value for value in labels}
    value = categories.get(simplify(row.category))
    if value is None:
        near = nearest(row.category, [*labels.values(), *labels])
        hint = f" Did you mean {near}?" if near else ""
        listed = shorten(", ".join(labels.values()), 280)
        quoted, found = show(row.category)
        message = f"{quoted} is not a category of {name}.{hint} It takes: {listed}."
        ledger.fault(row, "category", "unknown_category", message, found=found, expected=listed)
        row.is_read = False
    else:
        row.category = value


def _check_values(ledger: Ledger) -> None:
    for row in ledger.rows:
        if not row.is_read:
            continue
        if row.value is None and row.state is None:
            message = (
                f"{row.item} has neither a value nor a state. Write the number (0 if there were none), or a state: "
                "z not applicable, x not available, c confidential, low rounds to nought, u low reliability."
            )
            ledger.fault(row, "value", "missing_value", message, found="blank", expected="a whole number or a state")
        elif row.value is not None and row.state is not None:
            message = (
                f"{row.item} has both a value and the state “{row.state.label}”, which says that there is none. "
                "Clear one "
                "of the two."
            )
            ledger.fault(row, "state", "value_with_state", message, found=row.state.label, expected="blank")


def _check_duplicates(ledger: Ledger) -> None:
    first: dict[tuple[str, str, str], int] = {}
    for row in ledger.rows:
        earlier = first.setdefault(row.key, row.line)
        if earlier != row.line:
            what = f"the {row.breakdown} “{show(row.category)[1]}” of {row.item}" if row.breakdown else f"{row.item}"
            message = f"Line {earlier} gives {what} already. Keep the right row and delete the other."
            ledger.fault(row, "item", "duplicate", message, found=f"the same as line {earlier}", expected="each once")


def _check_owed(ledger: Ledger) -> None:
    context = ledger.context
    split = {row.item for row in ledger.rows}
    for item in [*context.owed_items, *(split - set(context.owed_items))]:
        if item in ledger.totals:
            continue
        message = (
            f"{ledger.title(item)} has no total. Add a row with its number (0 if there were none), or with a "
            "blank value "
            "and a state that says why."
        )
        ledger.findings.append(
            error("missing_item", message, column="item", found="no total", expected=shorten(ledger.title(item), 290))
        )


def _check_sums(ledger: Ledger) -> None:
    splits: dict[tuple[str, str], list[Row]] = {}
    for row in ledger.rows:
        if row.breakdown and row.is_read:
            splits.setdefault((row.item, row.breakdown), []).append(row)
    for (item, breakdown), rows in splits.items():
        total = ledger.totals.get(item)
        if total is None or total.value is None:
            continue
        added = sum(row.value or 0 for row in rows)
        parts = f"The parts of {item} by {breakdown} add up to {added:,}"
        expected = f"parts that add up to {total.value:,}"
        if added > total.value:
            message = f"{parts}, more than its total of {total.value:,}. Correct the total or the parts."
            ledger.fault(total, "value", "breakdown_above_total", message, found=f"{added:,}", expected=expected)
        elif added < total.value and all(row.value is not None for row in rows):
            message = (
                f"{parts}, less than its total of {total.value:,}. Say in the note what the others are, or "
                "correct them."
            )
            ledger.findings.append(
                query(
                    "breakdown_below_total",
                    message,
                    line=total.line,
                    column="value",
                    found=f"{added:,}",
                    expected=expected,
                )
            )


def _check_parts(ledger: Ledger) -> None:
    for part_item, whole_item in dict.fromkeys(ledger.context.parts):
        part, whole = ledger.totals.get(part_item), ledger.totals.get(whole_item)
        if part and whole and part.value is not None and whole.value is not None and part.value > whole.value:
            message = (
                f"{part_item} ({part.value:,}) is a part of {whole_item} ({whole.value:,}, line {whole.line}) and "
                "cannot be "
                "more. Correct whichever is wrong."
            )
            ledger.fault(
                part, "value", "part_above_whole", message, found=f"{part.value:,}", expected=f"at most {whole.value:,}"
            )


def _to_frame(rows: list[Row]) -> pd.DataFrame:
    columns = {
        "item": pd.array([row.item for row in rows], dtype="string"),
        "value": pd.array([row.value for row in rows], dtype="Int64"),
        "breakdown": pd.array([row.breakdown for row in rows], dtype="string"),
        "category": pd.array([row.category for row in rows], dtype="string"),
        "state": pd.array([(row.state or State.REPORTED).value for row in rows], dtype="string"),
        "note": pd.array([row.note for row in rows], dtype="string"),
        "line": np.array([row.line for row in rows], dtype=np.int64),
    }
    return pd.DataFrame(columns)[list(FRAME_COLUMNS)]
