"""What a check is told beside the file, and what it gives back. [pure]"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dataset.definitions import Breakdown, DataItem, ReturnType
from dataset.ingest.findings import Finding
from dataset.periods import Quarter


@dataclass(frozen=True)
class Context:
    """Which return, of whom, for when; and what the checks must know of the board.

    For the counts return: `owed_items` is what this supplier owes this quarter, `other_items` names the owner of
    everybody else's, `allowed_record_items` are the items of record returns that may come as totals because no such
    return is accepted for the quarter, `record_return_items` those that may not because one is, and `parts` the
    pairs (numerator, denominator) of which the first can never exceed the second. `not_due_items` are the supplier's
    own that are due in another quarter, and `breakdowns` give the categories that a breakdown has.
    """

    return_type: ReturnType
    quarter: Quarter
    supplier: str
    nil: bool = False
    area_name: str = "Wiltshire"
    owed_items: Mapping[str, DataItem] = field(default_factory=dict)
    other_items: Mapping[str, str] = field(default_factory=dict)
    allowed_record_items: Mapping[str, DataItem] = field(default_factory=dict)
    localities: frozenset[str] = frozenset()
    record_return_items: frozenset[str] = frozenset()
    parts: tuple[tuple[str, str], ...] = ()
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)
    not_due_items: Mapping[str, DataItem] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A typed frame and every finding.

    The frame has a column for each of the return's columns and `line`. Its types: dates are datetime64, yes/no
    'boolean', whole numbers 'Int64', other numbers 'Float64', everything else 'string'; a blank cell, a cell that
    could not be read and an absent column are missing. `rows` counts the frame's rows, `set_aside` the rows that
    belong to another authority and are in neither.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    rows: int
    set_aside: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def queries(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.is_error)

    @property
    def is_clean(self) -> bool:
        return not self.errors
