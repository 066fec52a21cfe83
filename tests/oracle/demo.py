"""Where the demonstration's files lie, and its years and quarters."""

from pathlib import Path

from tests.oracle.files import Quarter, Row, read_return

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DEMO = FIXTURES / "demo"
REFERENCE = FIXTURES / "reference"
YEARS = ("2013-14", "2014-15", "2015-16", "2016-17")
QUARTERS = [f"{year} Q{number}" for year in YEARS for number in (1, 2, 3, 4)]


def rows_of(return_type: str, quarter: str) -> list[Row]:
    """The rows of one of the demonstration's record returns, which must be there."""
    rows = read_return(DEMO, Quarter.parse(quarter), return_type)
    assert rows is not None
    return rows
