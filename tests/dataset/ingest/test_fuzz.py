"""Whatever the bytes, reading ends in a table or in a sentence, and checking a table in findings."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.ingest.checking import Context, check_return
from dataset.ingest.reading import Limits, UnreadableFile, read_table
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

CORPUS = Path(__file__).parents[2] / "returns"
FILES = sorted(path for path in CORPUS.iterdir() if path.is_file() and path.suffix not in (".json", ".py"))
SMALL = Limits(unpacked_bytes=50_000_000)
SIGNS = st.sampled_from(
    [b",", b";", b"\t", b"|", b'"', b"\n", b"\r", b"\x00", b"\xff", b"=", b"1", b"R1", b"04/01/2017"]
)


def check(content: bytes, return_type: str) -> None:
    kind = RETURN_TYPES[return_type]
    try:
        table = read_table(content, [column.name for column in kind.columns], SMALL)
    except UnreadableFile:
        return
    assert all(len(row) == len(table.header) for row in table.rows)
    checked = check_return(table, Context(return_type=kind, quarter=Quarter(2016, 4), supplier="CSC"))
    assert checked.rows == len(checked.frame)


@given(st.binary(max_size=400), st.sampled_from(sorted(RETURN_TYPES)))
def test_any_bytes(content: bytes, return_type: str) -> None:
    check(content, return_type)


@given(st.sampled_from(sorted(RETURN_TYPES)), st.lists(st.one_of(SIGNS, st.binary(max_size=6)), max_size=60), st.data())
def test_any_cells_under_the_right_header(return_type: str, pieces: list[bytes], data: st.DataObject) -> None:
    names = [column.name for column in RETURN_TYPES[return_type].columns]
    header = ",".join(data.draw(st.permutations(names))).encode()
    check(header + b"\n" + b"".join(pieces), return_type)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_real_file_spoiled_anywhere(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.integers(0, 40))
        content = content[:at] + data.draw(st.one_of(SIGNS, st.binary(max_size=8))) + content[at + gone :]
    check(content, "partner_counts" if path.name.startswith("counts") else "referrals")
