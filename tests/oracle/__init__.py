"""A second, slow and obvious way to count the returns: plain Python over the CSV files, and nothing of the product's.

`count_items` and `distinct` say what each data item of a record return is for a folder of returns laid out as
fixtures/demo is (`2016-17-Q4/CSC-referrals.csv`). The product's own counting is held equal to it.
"""

from tests.oracle.counting import RECORD_ITEMS, count_items, distinct, partner_counts
from tests.oracle.files import Quarter

__all__ = ["RECORD_ITEMS", "Quarter", "count_items", "distinct", "partner_counts"]
