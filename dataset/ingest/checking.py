"""Rows of text → a typed frame and every finding of the file at once. [pure]

The columns of the return say how cells are read; its `checks` say what must hold between them. Nothing here knows a
return by name but for the counts return, which has its own module.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dataset.ingest.columns import blank_column, inspect_unknown, read_column, show
from dataset.ingest.context import Checked, Context
from dataset.ingest.counts import check_counts
from dataset.ingest.faults import is_misspelling, nearest, shorten
from dataset.ingest.findings import Finding, error, in_order, query
from dataset.ingest.headers import check_headers, kept_name, match_headers, shown_name
from dataset.ingest.marks import move_marks
from dataset.ingest.names import identifies
from dataset.ingest.personal_data import header_problem
from dataset.ingest.reading import TextTable, collector_paused, simplify

__all__ = ["Checked", "Context", "check_return"]

_OF_THE_WHOLE_FILE = ("direct_identifier", "month_first_dates", "short_rows", "extra_cells")


def check_return(table: TextTable, context: Context) -> Checked:
    """Check a file's table as the return that the context names."""
    with collector_paused():
        return _check(table, context)


def _check(table: TextTable, context: Context) -> Checked:
    texts: list[Sequence[str]] = list(zip(*table.rows, strict=True)) or [() for _ in table.header]
    lines = np.array(table.lines, dtype=np.int64)
    filled = [position for position, column in enumerate(texts) if any(column)]
    findings = check_headers(table, context.return_type, filled) + _check_shape(table, context)
    matched = match_headers(table.header, context.return_type)
    moved, places = move_marks(texts, matched, context.return_type)
    frame, faulty, cell_findings = _read_columns(moved, lines, places, context)
    findings += cell_findings
    for position in range(len(table.header)):
        if position not in matched and position in filled and not header_problem(table.header[position]):
            name = table.header[position]
            kept = kept_name(name, context.return_type)
            findings += inspect_unknown(shown_name(name), kept, texts[position], lines)
    frame, aside, findings = _set_aside(frame, context, findings)
    faulty = {name: mask[~aside] for name, mask in faulty.items()}
    findings += _check_localities(frame, context)
    if len(frame):
        absent = {c.name for c in context.return_type.columns if c.required} - set(matched.values())
        findings += _run_rules(frame, faulty, absent, context)
    if context.return_type.code == "partner_counts":
        frame, count_findings = check_counts(frame, faulty, context)
        findings += count_findings
    return Checked(frame.reset_index(drop=True), in_order(findings), len(frame), int(aside.sum()))


def _check_shape(table: TextTable, context: Context) -> list[Finding]:
    findings = [
        error(
            "extra_cells",
            f"This row has more cells than the header has columns ({len(table.header)}), so its cells may stand "
            "under the "
            "wrong names. A comma inside a cell needs quotation marks round the cell.",
            line=line,
            found="more cells than columns",
            expected=f"{len(table.header)} cells",
        )
        for line in table.long_lines
    ]
    if table.short_lines:
        count, first = len(table.short_lines), table.short_lines[0]
        findings.append(
            query(
                "short_rows",
                f"{_rows(count)} fewer cells than the header has columns ({len(table.header)}); the first is line "
                f"{first}. "
                "The missing cells were read as blank. Check that the file was saved whole.",
                line=first,
                found=f"{count} short row{'s' * (count != 1)}",
                expected=f"{len(table.header)} cells",
            )
        )
    if context.nil and table.rows:
        count = len(table.rows)
        findings.append(
            error(
                "rows_in_nil_return",
                f"You declared a nil return, but the file has {count:,} row{'s' * (count != 1)}. Upload the file "
                "without "
                "the declaration, or upload the blank template with it.",
                found=f"{count:,} row{'s' * (count != 1)}",
                expected="no rows",
            )
        )
    elif not context.nil and not table.rows and context.return_type.code != "partner_counts":
        findings.append(
            error(
                "no_rows",
                "The file has column names and no rows. If there was nothing to report this quarter, declare a "
                "nil return; "
                "otherwise check that the file was saved with its rows.",
                found="no rows",
                expected="rows, or a nil return",
            )
        )
    return findings


def _rows(count: int) -> str:
    return "One row has" if count == 1 else f"{count:,} rows have"


def _read_columns(
    texts: list[Sequence[str]], lines: np.ndarray, matched: dict[int, str], context: Context
) -> tuple[pd.DataFrame, dict[str, np.ndarray], list[Finding]]:
    position_of = {name: position for position, name in matched.items()}
    columns: dict[str, Any] = {}
    faulty: dict[str, np.ndarray] = {}
    findings: list[Finding] = []
    for column in context.return_type.columns:
        position = position_of.get(column.name)
        if position is None or not len(lines):
            columns[column.name] = blank_column(column, len(lines))
            continue
        read = read_column(column, texts[position], lines, context.quarter)
        columns[column.name], faulty[column.name] = read.values, read.faulty
        findings += read.findings
    columns["line"] = lines
    return pd.DataFrame(columns), faulty, findings


def _set_aside(
    frame: pd.DataFrame, context: Context, findings: list[Finding]
) -> tuple[pd.DataFrame, np.ndarray, list[Finding]]:
    """Leave out the rows of other local authorities, and what was found in them but for what identifies people.

    They are expected, as a meeting serves more than one area: the return says how many there were, and nothing is
    asked of them.
    """
    nobody = np.zeros(len(frame), dtype=bool)
    if "local_authority" not in frame or not len(frame):
        return frame, nobody, findings
    area = simplify(context.area_name)
    ours = {area, *(area + ending for ending in ("council", "countycouncil", "unitaryauthority", "ua", "cc"))}
    authorities = frame["local_authority"].fillna(context.area_name)
    aside = ~authorities.map(simplify).isin(ours).to_numpy(dtype=bool)
    if not aside.any():
        return frame, nobody, findings
    lines = set(frame.loc[aside, "line"].tolist())
    findings = [f for f in findings if f.line not in lines or f.code in _OF_THE_WHOLE_FILE]
    names = authorities[aside].value_counts()
    listed = ", ".join(f"{show(str(name))[1]} {count:,}" for name, count in list(names.items())[:5])
    if aside.all():
        findings.append(
            error(
                "no_rows",
                f"None of the rows is of {context.area_name}: local_authority holds {listed}. Write "
                f"{context.area_name} "
                "where the household lives there; if there was no such case this quarter, declare a nil return.",
                column="local_authority",
                found=shorten(listed, 190),
                expected=context.area_name,
            )
        )
    return frame[~aside], aside, findings


def _check_localities(frame: pd.DataFrame, context: Context) -> list[Finding]:
    """Queries on localities that are not on the area's list; those that are get the list's own spelling.

    Those that are not are left out of what is stored: a locality becomes a heading that every reader sees, and this is
    free text.
    """
    if "locality" not in frame or not context.localities:
        return []
    listed = {simplify(name): name for name in context.localities}
    different = frame["locality"].dropna().unique()
    known = {text: listed[simplify(text)] for text in different if simplify(text) in listed}
    unknown = frame.loc[frame["locality"].notna() & ~frame["locality"].isin(list(known)), ["line", "locality"]]
    frame["locality"] = frame["locality"].map(lambda text: known.get(text, pd.NA), na_action="ignore").astype("string")
    hints = {text: nearest(text, context.localities) for text in unknown["locality"].unique()}
    findings = []
    for line, text in unknown.itertuples(index=False, name=None):
        quoted, found = _show_locality(text, hints[text])
        hint = f" Did you mean {hints[text]}?" if hints[text] else ""
        findings.append(
            query(
                "unknown_locality",
                f"{quoted} is not a locality on {context.area_name}'s list.{hint} "
                "The row is counted as of no known locality.",
                line=int(line),
                column="locality",
                found=found,
                expected=hints[text],
            )
        )
    return findings


def _show_locality(text: str, near: str) -> tuple[str, str]:
    """An unknown locality as a message quotes it and as `found` gives it: itself only where it is nearly a known one.

    Anything else may be a street or a person, and the finding is kept with the return.
    """
    if is_misspelling(text, near) and not identifies(text):
        return show(text)
    return "What stands here", "a locality that is not on the list"


def _run_rules(frame: pd.DataFrame, faulty: dict[str, np.ndarray], absent: set[str], context: Context) -> list[Finding]:
    """The return's own rules, each over the rows whose cells that it reads were all read without error."""
    findings: list[Finding] = []
    for rule in context.return_type.checks:
        needed = getattr(rule, "columns", ())
        masks = [faulty[name] for name in needed if name in faulty]
        if absent.intersection(needed) or any(mask.all() for mask in masks):
            continue
        wrong = np.logical_or.reduce(masks) if masks else np.zeros(len(frame), dtype=bool)
        check: Any = rule
        findings += check(frame[~wrong] if wrong.any() else frame, context)
    return findings
