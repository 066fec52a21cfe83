"""A published list of statistical neighbours → who is whose, by rank. [pure]

The Department's list has an authority a line and its neighbours across ('LA num', 'LA Name', 'SN1', 'SNP1', …, the
numbers being DfE's three digits); NFER's and CIPFA's are alike, or have a line for each neighbour. Authorities and
neighbours are joined by code; a name in a neighbour's place is refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataset.ingest.findings import Finding, error
from dataset.ingest.formats import Limits
from dataset.ingest.reading import TextTable, simplify
from dataset.reference.published import FileRefused, read_text_table

_AUTHORITY_CODES = (
    "LA num", "LA number", "la_code", "old_la_code", "new_la_code", "area_code", "lad_code", "gss_code", "ons_code",
    "dfe_code", "code",
)  # fmt: skip
_AUTHORITY_NAMES = ("LA Name", "area", "la", "local_authority", "authority", "area_name", "name")
_RANKS = ("rank", "order", "position")
_NEIGHBOUR_CODES = (
    "neighbour_code", "sn", "sn_code", "sn_num", "neighbour_la_code", "neighbour_la_num", "nn_code", "neighbour_num",
)  # fmt: skip
_NEIGHBOUR_NAMES = ("neighbour", "neighbour_name", "sn_name", "LA Name_sn", "nn_name")
_CLOSENESS = ("closeness", "snp", "distance")
_MOST = 20
_ACROSS = re.compile(r"(?:sn|nn|neighbour|nearestneighbour|statisticalneighbour)(\d{1,2})(?:code|num|number|lacode)?")
_CLOSE = re.compile(r"(?:snp|closeness|distance)(\d{1,2})")
KNOWN = (
    *_AUTHORITY_CODES, *_AUTHORITY_NAMES, *_RANKS, *_NEIGHBOUR_CODES, *_NEIGHBOUR_NAMES,
    *(f"{stem}{rank}" for stem in ("SN", "NN", "neighbour", "nearest neighbour", "statistical neighbour")
      for rank in range(1, _MOST + 1)),
)  # fmt: skip
_GSS = re.compile(r"[A-Z]\d{8}")
_DFE = re.compile(r"\d{3}(?:\.0)?")
_LACKING = (
    "This is not a neighbour list: no line near its top has an authority’s code (LA num, area_code) and its "
    "neighbours (SN1, SN2, … or rank and neighbour_code). Save the sheet with the lists as CSV or .xlsx, alone."
)
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """One neighbour of one authority; codes are of nine characters or DfE's three digits."""

    line: int
    authority: str
    authority_name: str
    rank: int
    neighbour: str
    neighbour_name: str = ""
    closeness: str = ""


def read_neighbour_table(content: bytes, limits: Limits) -> list[Ranked]:
    """Every neighbour of every authority. Raises FileRefused with all that is wrong."""
    table = read_text_table(content, KNOWN, limits, _LACKING)
    at = {simplify(name): place for place, name in reversed(list(enumerate(table.header))) if name}
    code = _first(at, _AUTHORITY_CODES)
    across = {int(found[1]): place for name, place in at.items() if (found := _ACROSS.fullmatch(name))}
    if code is None or not (across or (_first(at, _RANKS) is not None and _first(at, _NEIGHBOUR_CODES) is not None)):
        here = ", ".join(name for name in table.header if name)
        raise FileRefused([error("missing_column", f"{_LACKING} It has: {here}.", line=table.header_line, found=here)])
    faults: list[Finding] = []
    ranked = _wide(table, at, across, code, faults) if across else _long(table, at, code, faults)
    faults += _repeated(ranked)
    if faults:
        raise FileRefused(faults[:_MOST_TOLD])
    return ranked


def _first(at: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((at[simplify(name)] for name in names if simplify(name) in at), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return "" if place is None else cells[place].strip()


def _code(text: str) -> str:
    """A code as it is stored, empty where the text is none."""
    text = text.upper()
    if _GSS.fullmatch(text):
        return text
    return text[:3] if _DFE.fullmatch(text) else ""


def _wide(
    table: TextTable, at: Mapping[str, int], across: Mapping[int, int], code: int, faults: list[Finding]
) -> list[Ranked]:
    name = _first(at, _AUTHORITY_NAMES)
    close = {int(found[1]): place for column, place in at.items() if (found := _CLOSE.fullmatch(column))}
    ranked = []
    for cells, line in zip(table.rows, table.lines, strict=True):
        if not cells[code].strip() and not any(cells[place] for place in across.values()):
            continue  # a note under the table
        authority = _checked(cells[code], line, table.header[code], faults)
        last = max((rank for rank, place in across.items() if cells[place].strip()), default=0)
        for rank, place in sorted(across.items()):
            if rank > last:
                continue
            neighbour = _checked(cells[place], line, table.header[place], faults)
            ranked.append(
                Ranked(line, authority, _cell(cells, name), rank, neighbour, "", _cell(cells, close.get(rank))[:40])
            )
    return ranked


def _long(table: TextTable, at: Mapping[str, int], code: int, faults: list[Finding]) -> list[Ranked]:
    rank_at, neighbour_at = _first(at, _RANKS), _first(at, _NEIGHBOUR_CODES)
    assert rank_at is not None
    assert neighbour_at is not None
    ranked = []
    for cells, line in zip(table.rows, table.lines, strict=True):
        rank = cells[rank_at].strip().removesuffix(".0")
        if not (rank.isascii() and rank.isdigit() and 0 < int(rank) <= _MOST):
            faults.append(
                error("rank", f"Line {line}: rank is “{rank}”; write a whole number from 1 to {_MOST}.", line=line,
                      column=table.header[rank_at], found=rank)
            )  # fmt: skip
            continue
        ranked.append(
            Ranked(
                line,
                _checked(cells[code], line, table.header[code], faults),
                _cell(cells, _first(at, _AUTHORITY_NAMES)),
                int(rank),
                _checked(cells[neighbour_at], line, table.header[neighbour_at], faults),
                _cell(cells, _first(at, _NEIGHBOUR_NAMES)),
                _cell(cells, _first(at, _CLOSENESS))[:40],
            )
        )
    return ranked


def _checked(text: str, line: int, column: str, faults: list[Finding]) -> str:
    code = _code(text.strip())
    if not code:
        found = f"“{text.strip()}”" if text.strip() else "blank"
        faults.append(
            error(
                "no_code",
                f"Line {line}: {column} is {found}. Areas are joined by code alone: write a code such as E06000054, or "
                "DfE’s three digits such as 865.",
                line=line,
                column=column,
                found=text.strip(),
            )
        )
    return code


def _repeated(ranked: Sequence[Ranked]) -> list[Finding]:
    faults: list[Finding] = []
    seen: dict[tuple[str, object], int] = {}
    for one in ranked:
        if not (one.authority and one.neighbour):
            continue
        who = one.authority_name or one.authority
        if one.neighbour == one.authority:
            faults.append(
                error("own_neighbour", f"Line {one.line}: {who} is listed as its own neighbour.", line=one.line)
            )
        for what, words in ((one.rank, f"rank {one.rank}"), (one.neighbour, f"the neighbour {one.neighbour}")):
            if (one.authority, what) in seen:
                faults.append(
                    error(
                        "twice",
                        f"Line {one.line}: {words} stands twice in the list of {who} (also on line "
                        f"{seen[(one.authority, what)]}).",
                        line=one.line,
                    )
                )
            seen.setdefault((one.authority, what), one.line)
    return faults
