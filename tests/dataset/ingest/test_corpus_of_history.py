"""Each file of tests/returns/history, received after the returns beside it, gives exactly what stands beside it.

A folder is one history. Its files that begin with a quarter were accepted before, with the name of their return where
it is another one; each of the others has its expectation beside it and is of the quarter that stands there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.ingest.storing import Receipt
from dataset.models import StoredFinding
from dataset.periods import Quarter
from tests.builders import a_receipt, a_standing_board, an_accepted_return, an_agency

HISTORIES = Path(__file__).parents[2] / "returns" / "history"
CASES = sorted(path.name for path in HISTORIES.iterdir() if path.is_dir())
FIELDS = ("line", "column", "code", "severity")
every_case = pytest.mark.parametrize("case", CASES)


def expectations(case: str) -> dict[str, dict[str, Any]]:
    """What stands beside each file of the case that is not of its past."""
    return {
        path.name.removesuffix(".expected.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HISTORIES / case).glob("*.expected.json"))
    }


def past_files(case: str) -> Iterator[tuple[Path, Quarter, str]]:
    """The case's earlier files, oldest first, each with its quarter and the return that it is of."""
    expected = expectations(case)
    [of_the_case] = {facts["context"]["return_type"] for facts in expected.values()}
    for path in sorted((HISTORIES / case).glob("*.csv")):
        if path.stem not in expected:
            quarter, _, other = path.stem.partition(".")
            yield path, Quarter.parse(quarter), other or of_the_case


@pytest.fixture
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        an_agency("BOARD")
        yield


def place_of(finding: Any) -> tuple[Any, ...]:
    return (finding.line, finding.column, finding.code, str(finding.severity))


def receive(case: str, name: str, context: dict[str, Any]) -> Receipt:
    return a_receipt(
        (HISTORIES / case / f"{name}.csv").read_bytes(),
        return_type=context["return_type"],
        supplier=context["supplier"],
        quarter=Quarter.parse(context["quarter"]),
    )


@every_case
@pytest.mark.usefixtures("_board")
def test_files_give_their_findings_after_the_returns_before_them(case: str) -> None:
    expected = expectations(case)
    [supplier] = {facts["context"]["supplier"] for facts in expected.values()}
    for path, quarter, return_type in past_files(case):
        accepted = an_accepted_return(path.read_bytes(), return_type=return_type, supplier=supplier, quarter=quarter)
        assert not StoredFinding.objects.filter(quarterly_return=accepted).exists(), path.name
    receipts = {name: receive(case, name, facts["context"]) for name, facts in expected.items()}
    assert {name: [place_of(finding) for finding in receipt.findings] for name, receipt in receipts.items()} == {
        name: [tuple(finding[key] for key in FIELDS) for finding in facts["findings"]]
        for name, facts in expected.items()
    }
    for receipt in receipts.values():
        assert all(finding.message.endswith((".", "…")) for finding in receipt.findings)
        stored = StoredFinding.objects.filter(quarterly_return=receipt.candidate)
        assert sorted(map(place_of, stored), key=str) == sorted(map(place_of, receipt.findings), key=str)


@every_case
def test_every_history_has_a_finding_and_its_near_miss(case: str) -> None:
    files = [facts["findings"] for facts in expectations(case).values()]
    assert any(files) and not all(files)


def test_every_file_is_of_a_past_or_has_its_expectation() -> None:
    for case in CASES:
        past = {path.name for path, _, _ in past_files(case)}
        sent = {f"{name}.csv" for name in expectations(case)}
        assert past | sent == {path.name for path in (HISTORIES / case).iterdir() if path.suffix != ".json"}
        assert past or case == "one_day"
