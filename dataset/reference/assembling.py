"""A published file and the choices made of it → one figure for each key, area and period. [pure]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dataset.definitions import State
from dataset.ingest.findings import Finding, error, query
from dataset.periods import FinancialYear
from dataset.reference.choosing import Choice, Key, Part
from dataset.reference.published import Place, PublishedFile, PublishedRow, read_cell

_MOST_TOLD = 20
_CELL = Decimal("0.0001")
_PART = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure as it would be stored; `line` is where its value stands in the file."""

    key: str
    place: Place
    period: str
    value: Decimal | None
    state: State
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: frozenset[Part] = frozenset()  # the parts that the file was asked for
    line: int = 0


def assemble(
    file: PublishedFile, choices: Sequence[Choice], keys: Mapping[str, Key]
) -> tuple[list[PublishedFigure], list[Finding]]:
    """The figures, and what is wrong or odd. The choices have passed `check_choices`; any error means no figures."""
    findings: list[Finding] = []
    cells = {(choice.key, choice.part): _cells_of(file, choice, findings) for choice in choices}
    figures = []
    for choice in choices:
        if choice.part is not Part.VALUE:
            continue
        key = keys[choice.key]
        parts = {part: cells[(key.key, part)] for part in Part if (key.key, part) in cells}
        made = [_figure(key, place, year, parts) for place, year in parts[Part.VALUE]]
        if not made:
            findings.append(
                error(
                    "no_rows_chosen",
                    f"No row gives {choice.words}: nothing stands in the file for this choice of filters.",
                    column=choice.indicator,
                )
            )
        findings += _disagreeing(key, made)
        figures += made
    return figures, findings


_Cells = dict[tuple[Place, FinancialYear], tuple[Decimal | None, State, int]]


def _cells_of(file: PublishedFile, choice: Choice, findings: list[Finding]) -> _Cells:
    """The indicator's cells by place and year, of the rows that the filters choose."""
    wanted = tuple(dict(choice.filters).get(name, "") for name in file.filters)
    rows: dict[tuple[str, str, FinancialYear], PublishedRow] = {}
    cells: _Cells = {}
    unreadable, repeated = [], []
    for row, text in file.indicators[choice.indicator].cells():
        if row.filters != wanted:
            continue
        ident = (row.place.level, row.place.code or row.place.legacy or _name_of(row), row.year)
        if ident in rows:
            repeated.append((rows[ident], row))
            continue
        rows[ident] = row
        try:
            cells[(row.place, row.year)] = (*read_cell(text), row.line)
        except ValueError as fault:
            unreadable.append(error("cell", f"{str(fault)[0].upper()}{str(fault)[1:]}.", line=row.line,
                                    column=choice.indicator, found=text, expected="a number or a mark"))  # fmt: skip
    findings += unreadable[:_MOST_TOLD]
    if len(unreadable) > _MOST_TOLD:
        more = len(unreadable) - _MOST_TOLD
        findings.append(error("cell", f"And {more:,} more such cells in {choice.indicator}.", column=choice.indicator))
    if repeated:
        findings.append(_ambiguous(choice, *repeated[0], more=len(repeated) - 1))
    return cells


def _name_of(row: PublishedRow) -> str:
    """A country or region may come without its code; an authority without one is nobody's and never repeated."""
    return row.place.name if row.place.level != "local_authority" else f"line {row.line}"


def _ambiguous(choice: Choice, first: PublishedRow, second: PublishedRow, more: int) -> Finding:
    also = f" (and {more:,} more such pairs)" if more else ""
    return error(
        "two_rows",
        f"Lines {first.line} and {second.line} both give {choice.words} of {first.place.name} for {first.year}{also}. "
        "Two rows for one figure differ in a column that is not known to be a filter: name that column and the value "
        "meant, or take the repeated rows out.",
        line=second.line,
        column=choice.indicator,
    )


def _figure(key: Key, place: Place, year: FinancialYear, parts: Mapping[Part, _Cells]) -> PublishedFigure:
    value, state, line = parts[Part.VALUE][(place, year)]
    nothing: tuple[Decimal | None, State, int] = (None, State.NOT_AVAILABLE, 0)
    numerator, denominator = (
        parts.get(part, {}).get((place, year), nothing)[0] for part in (Part.NUMERATOR, Part.DENOMINATOR)
    )
    return PublishedFigure(
        key=key.key,
        place=place,
        period=year.end.isoformat() if key.is_snapshot else str(year),
        value=_rounded(value, _CELL),
        state=state,
        numerator=_rounded(numerator, _PART),
        denominator=_rounded(denominator, _PART),
        parts=frozenset(parts),
        line=line,
    )


def _rounded(number: Decimal | None, to: Decimal) -> Decimal | None:
    return None if number is None else number.quantize(to, ROUND_HALF_UP)


def _disagreeing(key: Key, figures: Sequence[PublishedFigure]) -> list[Finding]:
    """A query where the values are not what their parts come to: a part that belongs to another indicator."""
    if key.per is None:
        return []
    worked = [
        (one, key.per * one.numerator / one.denominator)
        for one in figures
        if one.value is not None and one.numerator is not None and one.denominator
    ]
    off = [
        (one, ratio)
        for one, ratio in worked
        if one.value is not None and abs(ratio - one.value) > max(Decimal("0.6"), abs(one.value) / 50)
    ]
    if len(off) * 5 < len(worked) or not off:
        return []
    one, ratio = off[0]
    return [
        query(
            "parts_disagree",
            f"{key.title}: numerator over denominator gives other values than the file’s own for {len(off):,} of "
            f"{len(worked):,} figures, such as {ratio:.1f} against {one.value:f} for {one.place.name}, {one.period}. "
            "Look whether the right indicators are chosen for its parts.",
            line=one.line,
            found=key.key,
        )
    ]
