"""A text without quotation marks is split by lines; it must come to what the csv module makes of it."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from dataset.ingest.formats import Limits
from dataset.ingest.header_line import lines_of
from dataset.ingest.reading import _parse

TEXTS = st.text(alphabet="ab ,;\n1é\u2028", min_size=1)


@given(TEXTS, st.sampled_from(",;"))
def test_records_are_those_of_the_csv_module(text: str, delimiter: str) -> None:
    expected = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter))
    assert [record if record != [""] else [] for record in _parse(text, delimiter, Limits())] == expected


@given(TEXTS)
def test_lines_keep_their_ends(text: str) -> None:
    assert list(lines_of(text)) == list(io.StringIO(text, newline="\n"))
