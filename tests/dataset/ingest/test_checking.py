"""What the corpus of files cannot show: types, amounts, and rows set aside."""

import pandas as pd
import pytest

from dataset.definitions import Breakdown, Counts, DataItem, Timing
from dataset.ingest import columns
from dataset.ingest.checking import Checked, Context, check_return
from dataset.ingest.findings import Finding, Severity, in_order
from dataset.ingest.reading import read_table
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 4)


def check(code: str, *rows: str, header: str = "", **facts: object) -> Checked:
    return_type = RETURN_TYPES[code]
    names = [column.name for column in return_type.columns]
    table = read_table("\n".join([header or ",".join(names), *rows]).encode(), names)
    return check_return(table, Context(return_type, QUARTER, "CSC", **facts))  # type: ignore[arg-type]


REFERRAL = "R1,C1,04/01/2017,police,7,Male,,,,NFA,salisbury"


def test_the_frame_is_typed_and_holds_the_stored_codes() -> None:
    frame = check("referrals", REFERRAL, localities=frozenset({"Salisbury"})).frame
    row = frame.iloc[0]
    assert row["referral_date"] == pd.Timestamp(2017, 1, 4)
    assert (row["source"], row["age"], row["gender"], row["outcome"]) == ("6", 7, "M", "no further action")
    assert (row["locality"], row["line"]) == ("Salisbury", 2)
    assert row[["primary_need", "previous_referral_date", "decision_date"]].isna().all()


@pytest.mark.parametrize("code", [code for code in RETURN_TYPES if code != "partner_counts"])
def test_a_frame_has_the_same_types_with_rows_and_without(code: str) -> None:
    return_type = RETURN_TYPES[code]
    example = {c.name: "" if c.may_be_blank else c.example for c in return_type.columns}
    header, row = ",".join(example), ",".join(f'"{text}"' for text in example.values())
    filled, empty = check(code, row, header=header).frame, check(code, header=header, nil=True).frame
    assert filled.dtypes.to_dict() == empty.dtypes.to_dict()
    assert list(filled) == [*example, "line"]


@pytest.mark.parametrize("code", [code for code in RETURN_TYPES if code != "partner_counts"])
def test_the_examples_of_the_data_dictionary_are_accepted(code: str) -> None:
    return_type = RETURN_TYPES[code]
    in_another_return_too = {column.name: column.example for column in return_type.columns}
    row = ",".join(f'"{text}"' for text in in_another_return_too.values())
    cell_faults = {"not_a_date", "unknown_code", "not_yes_or_no", "not_a_number", "not_a_whole_number", "blank",
                   "direct_identifier", "not_in_quarter", "too_large", "too_small", "code_not_in_force"}  # fmt: skip
    assert not cell_faults & {finding.code for finding in check(code, row).errors}


def test_an_optional_column_that_is_absent_is_all_missing() -> None:
    checked = check(
        "referrals",
        "R1,C1,04/01/2017,6,7,M,,NFA",
        header="referral_id,child_id,referral_date,source,age,gender,previous_referral_date,outcome",
    )
    assert checked.is_clean
    assert checked.frame["decision_date"].isna().all()


def test_rows_of_other_authorities_are_in_no_count() -> None:
    rows = ("M1,18/01/2017,Wiltshire,police,no,2", "M2,18/01/2017,Swindon,police,no,1", "M3,18/01/2017,Swindon,x,,")
    checked = check("marac_cases", *rows)
    assert (checked.rows, checked.set_aside, checked.is_clean) == (1, 2, True)
    assert checked.frame["case_id"].tolist() == ["M1"]


def test_an_identifier_in_a_row_set_aside_still_stops_the_file() -> None:
    checked = check("marac_cases", "M1,18/01/2017,Wiltshire,police,no,2", "9434765919,18/01/2017,Swindon,police,no,1")
    assert [finding.code for finding in checked.errors] == ["direct_identifier"]


def test_a_duplicate_id_is_described_and_never_shown() -> None:
    [finding] = check("referrals", REFERRAL, REFERRAL.replace("C1", "C2")).errors
    assert (finding.line, finding.code, finding.found) == (3, "duplicate", "the same as line 2")
    assert "R1" not in repr(finding)


def test_a_fault_on_very_many_lines_is_listed_up_to_a_limit_and_counted_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_OF_A_KIND", 3)
    findings = check("referrals", *[REFERRAL.replace("police", "polise")] * 5).findings
    listed = [finding.line for finding in findings if finding.code == "unknown_code"]
    more = [finding.found for finding in findings if finding.code == "more_of_the_same" and finding.column == "source"]
    assert (listed, more) == ([2, 3, 4], ["2 further lines"])


def test_findings_stand_in_the_order_of_the_file() -> None:
    late, early, whole = (Finding(Severity.ERROR, "x", "X.", line) for line in (9, 2, None))
    assert in_order([late, early, whole, late]) == (whole, early, late)


CONTACTS = DataItem(
    "contacts", "Contacts received", "partner_counts", Counts.EVENTS, Timing.IN_QUARTER, "", "CSC", ("source group",)
)
GROUPS = {"source group": Breakdown("source group", "", {"police": "Police", "lep": "Local authority"})}


def test_counts_are_stored_by_code_with_their_states() -> None:
    checked = check(
        "partner_counts",
        'contacts received,"3,504",,,,a note',
        "CONTACTS,,Source Group,local authority,k,",
        "contacts,3,source group,police,,",
        owed_items={"contacts": CONTACTS},
        breakdowns=GROUPS,
    )
    assert checked.is_clean
    assert checked.frame.fillna({"value": -1}).to_dict("tight")["data"] == [
        ["contacts", 3504, "", "", "reported", "a note", 2],
        ["contacts", -1, "source group", "lep", "rounds_to_nought", "", 3],
        ["contacts", 3, "source group", "police", "reported", "", 4],
    ]


def test_a_counts_return_cannot_be_nil_while_items_are_owed() -> None:
    checked = check("partner_counts", nil=True, owed_items={"contacts": CONTACTS})
    assert [finding.code for finding in checked.errors] == ["missing_item"]
