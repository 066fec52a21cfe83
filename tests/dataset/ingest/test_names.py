"""A person's name told from the names of organisations, posts, courses and places; and kept out of the board's rows."""

import csv
from pathlib import Path

import pytest

from dataset.definitions import Breakdown, Counts, DataItem, Timing
from dataset.ingest.checking import Checked, Context, check_return
from dataset.ingest.names import A_NAME, identifies, looks_like_a_name
from dataset.ingest.reading import read_table
from dataset.measures import BREAKDOWNS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 4)
DEMONSTRATION = Path(__file__).parents[3] / "fixtures" / "demo"
PLACES = ("Wiltshire", "Salisbury", "Trowbridge")

PERSONS = """
Jane Smith|Jane Smith, Wiltshire Police|Wiltshire Police (Jane Smith)|Police Jane Smith|Smith, Jane|SMITH, Jane|
Smith, J.|jane smith|JANE SMITH|J Smith|J. Smith|Mr Smith|DS Brown|Dr Patel|Jane Young|Jane Ward|Kate Harding|
Zoltan Kovac|Jan van der Berg|Mary-Jane Watson|Anne-Marie Smith-Jones|Mary Jane Smith|Aoife O'Brien|José Núñez|
Police - Jane Smith|Head of Service: Tom Brown|Cllr Jones|Jane Smith Police|Jane Smith's
"""
NOBODY = """
Great Western Hospital|Wiltshire Police|Safer Recruitment|Neglect|Virgin Care|Lead Member|Royal United Hospital|
John Radcliffe Hospital|Thomas Hardye School|Wiltshire Council, Director of Children's Services|CAFCASS|CAMHS LADO|
Swindon Borough Council|National Probation Service|Signs Of Safety|Train The Trainer|Working Together|County Lines|
Hidden Harm|Toxic Trio|Graded Care Profile|Fabricated Induced Illness|Mental Health First Aid|Modern Slavery|
Attachment theory|Motivational Interviewing|Named GP|Army Welfare Service|Home-Start|St Margaret's Hospital|
Bath and North East Somerset|Turning Point|Early Help: CAF in Practice|Salisbury, Trowbridge|E-Safety|Barnardo's|
Gold standard
"""


def listed(texts: str) -> list[str]:
    return [text for text in texts.replace("\n", "").split("|") if text]


@pytest.mark.parametrize("text", listed(PERSONS))
def test_a_person_is_seen_in_a_heading(text: str) -> None:
    assert looks_like_a_name(text, PLACES)


@pytest.mark.parametrize("text", listed(NOBODY))
def test_an_organisation_a_post_a_course_and_a_place_are_no_person(text: str) -> None:
    assert not looks_like_a_name(text, PLACES)


def test_a_place_of_the_area_is_no_person() -> None:
    assert looks_like_a_name("Royston Vasey")
    assert not looks_like_a_name("Royston Vasey", ["Royston Vasey"])


@pytest.mark.parametrize(
    "note",
    [
        "See Jane Smith's file", "Jane Smith told us", "Jane Smith’s file", "one is Kayleigh's", "Ask Mrs Jones.",
        "Late. Jane Smith was away.", "from J. Smith",
    ],
)  # fmt: skip
def test_a_person_is_seen_in_a_remark(note: str) -> None:
    assert looks_like_a_name(note, PLACES, is_sentence=True)


@pytest.mark.parametrize(
    "note",
    [
        "Counted from the new system since October", "Includes Trowbridge figures", "Late. Salisbury was away.",
        "Great Western Hospital only", "Liquid Logic since May", "St John's School was closed.",
        "No data from Virgin Care until January 2017",
    ],
)  # fmt: skip
def test_a_remark_on_the_figure_names_nobody(note: str) -> None:
    assert not looks_like_a_name(note, PLACES, is_sentence=True)


@pytest.mark.parametrize(
    "name",
    [
        "Jane Smith NHS 9434765919.csv", "jane_smith.csv", "JaneSmith.csv", "referrals-jane-smith.csv",
        "referrals_9434765919.csv", "943-476-5918.csv", "SN15 2AB.csv", "H801200001001.csv", "jo@example.org.csv",
    ],
)  # fmt: skip
def test_a_file_named_for_a_person_is_seen(name: str) -> None:
    assert identifies(name)


@pytest.mark.parametrize(
    "name", ["referrals.csv", "CSC-referrals.csv", "Referrals Q4 2016-17.csv", "2016-17_Q4_v2.csv", "20170412.csv"]
)
def test_a_file_named_for_its_return_is_not(name: str) -> None:
    assert not identifies(name)


# In a return -------------------------------------------------------------------------------------------

ITEMS = {
    code: DataItem(code, code, "partner_counts", Counts.EVENTS, Timing.IN_QUARTER, "", "CSC", ("agency", "locality"))
    for code in ("early_helps",)
}


def check(code: str, header: str, *rows: str) -> Checked:
    return_type = RETURN_TYPES[code]
    table = read_table("\n".join([header, *rows]).encode(), [column.name for column in return_type.columns])
    split = {"agency": BREAKDOWNS["agency"], "locality": Breakdown("locality", "locality")}
    context = Context(return_type, QUARTER, "CSC", owed_items=ITEMS, localities=frozenset(PLACES[1:]), breakdowns=split)
    return check_return(table, context)


SESSION = "session_id,course,level,session_date,capacity,attended,evaluations_returned,rated_good_or_excellent,"
SESSION += "prepost_sent,prepost_returned,knowledge_increased,confidence_increased"
NAMED = [
    ("board_attendance", "seat", "meeting_date,group,seat,attended,deputy", "09/03/2017,executive,Jane Smith,yes,no"),
    ("training_sessions", "course", SESSION, "1,Jane Smith,advanced,22/02/2017,24,20,18,17,20,9,7,6"),
    ("partner_counts", "category", "item,value,breakdown,category", "early_helps,1,agency,Jane Smith"),
    ("partner_counts", "note", "item,value,note", "early_helps,9,See Jane Smith's file"),
]


@pytest.mark.parametrize(("code", "column", "header", "row"), NAMED)
def test_a_heading_or_remark_that_names_a_person_stops_the_file_and_is_not_repeated(
    code: str, column: str, header: str, row: str
) -> None:
    total = ["early_helps,9"] if column == "category" else []
    [finding] = check(code, header, row, *total).errors
    assert (finding.line, finding.column, finding.code) == (2, column, "looks_like_a_name")
    assert finding.found == A_NAME
    assert "Smith" not in repr(finding)


@pytest.mark.parametrize(("code", "column", "header", "row"), NAMED)
def test_the_same_row_that_names_nobody_is_clean(code: str, column: str, header: str, row: str) -> None:
    total = ["early_helps,9"] if column == "category" else []
    row = row.replace("Jane Smith's", "the").replace("Jane Smith", "Wiltshire Police")
    assert check(code, header, row, *total).is_clean


def test_a_locality_of_a_total_is_on_the_areas_list() -> None:
    total, header = "early_helps,9", "item,value,breakdown,category"
    assert check("partner_counts", header, total, "early_helps,9,locality,salisbury").is_clean
    [finding] = check("partner_counts", header, total, "early_helps,9,locality,Jane Smith").errors
    assert (finding.code, finding.found) == ("unknown_category", A_NAME)


def test_nothing_in_the_demonstration_is_taken_for_a_person() -> None:
    taken = []
    for path in DEMONSTRATION.glob("*/*.csv"):
        taken += [path.name] if identifies(path.name) else []
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                headings = (row.get("seat"), row.get("course"), row.get("breakdown") and row.get("category"))
                taken += [text for text in headings if text and looks_like_a_name(text)]
                note = row.get("note")
                taken += [note] if note and looks_like_a_name(note, is_sentence=True) else []
    assert taken == []


# What a finding keeps ----------------------------------------------------------------------------------

REFERRAL = "referral_id,child_id,referral_date,source,age,gender,previous_referral_date,outcome,locality"
ROW = "R1,C1,04/01/2017,police,7,Male,,NFA,"


@pytest.mark.parametrize("header", ["Jane Smith", "jane_smith", "Smith", "9434765919", "Bus pass"])
def test_a_column_like_none_that_is_known_is_told_by_its_place(header: str) -> None:
    [finding] = check("referrals", f"{REFERRAL},{header}", f"{ROW},x").findings
    assert (finding.code, finding.column, finding.found) == ("unknown_column", "", "column 10, of another name")
    assert header not in repr(finding)


def test_a_misspelt_column_is_named() -> None:
    [finding] = check("referrals", f"{REFERRAL},primary_ned", f"{ROW},N1").findings
    assert (finding.column, finding.found, finding.expected) == ("primary_ned", "primary_ned", "primary_need")


@pytest.mark.parametrize("text", ["Jane Smith", "Smith", "12 High Street", "9434765918", "Jane Salisbury"])
def test_a_locality_like_none_that_is_known_is_not_kept(text: str) -> None:
    checked = check("referrals", REFERRAL, f"{ROW}{text}")
    [finding] = checked.findings
    assert (finding.code, finding.found) == ("unknown_locality", "a locality that is not on the list")
    assert text not in repr(finding)
    assert checked.frame["locality"].isna().all()


def test_a_misspelt_locality_is_shown_and_counted_as_unknown() -> None:
    checked = check("referrals", REFERRAL, f"{ROW}Salisbry", f"{ROW}Trowbridge".replace("R1,C1", "R2,C2"))
    [finding] = checked.findings
    assert (finding.severity, finding.line, finding.found, finding.expected) == ("query", 2, "Salisbry", "Salisbury")
    assert checked.frame["locality"].fillna("").tolist() == ["", "Trowbridge"]
