import random

import numpy as np
import pytest

from dataset.ingest.checking import Context, check_return
from dataset.ingest.personal_data import Suspects, describe, header_problem, inspect, looks_like_names, scan_text
from dataset.ingest.reading import read_table
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

NHS_NUMBERS = ["9434765919", "9434765870", "4010232137", "9876543210"]
UPN = "H801200001001"
OTHER_NUMBERS = [str(number) for number in range(4_000_000_000, 4_000_000_020) if not scan_text(str(number))]


def suspects(texts: list[str], *, is_identifier: bool = True) -> Suspects:
    return inspect(texts, np.ones(len(texts), dtype=int), is_identifier=is_identifier)


@pytest.mark.parametrize(
    "name",
    "Surname|CHILD_SURNAME|Forename|first name|Name|Child's name|full_name|worker name|Address|Home Address|address1|"
    "Postcode|post code|Home_PostCode|NHS Number|nhs_no|NHSNum|NHS|UPN|Former UPN|Date of "
    "Birth|DOB|child_dob|birth date|"
    "Email|E-mail address|Telephone|Phone number|Mobile|Tel|Notes|Case notes|Comments|Free text|Description|narrative|"
    "NI number|initials".split("|"),
)
def test_a_column_named_for_a_person_is_seen(name: str) -> None:
    assert header_problem(name)


@pytest.mark.parametrize(
    "name",
    "course name|school_name|Team name|team|age|legal status|placement type|upload date|source|row number|ward|"
    "file name|month|flag|enhanced|hours".split("|"),
)
def test_a_column_named_for_a_thing_is_not(name: str) -> None:
    assert not header_problem(name)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to jo.bloggs@example.org please", "an e-mail address"),
        ("lives at SN15 2AB", "a postcode"),
        ("lives at sp47de", "a postcode"),
        ("ring 01722 555012", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("(01249) 555123", "a telephone number"),
        ("NHS no 943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        (f"pupil {UPN}", "a pupil number (UPN)"),
        ("dob 12/03/2009", "a date of birth"),
        ("born 12 March 2009", "a date of birth"),
    ],
)
def test_what_identifies_is_seen_in_free_text(text: str, what: str) -> None:
    assert scan_text(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Counted from the new system since October 2016",
        "up 12.5% on 2015-16 Q4; 3,504 contacts",
        "9434765918 and 1234567890 fail the check",
        "A801200001001",
        "includes A1 and 16A 3B 4B",
        "31/03/2017 to 30/06/2017",
        "0123",
        "version 10.12.2016",
        "QQ1 1AA is no postcode area",
    ],
)
def test_an_innocent_note_is_left_alone(text: str) -> None:
    assert scan_text(text) == []


@pytest.mark.parametrize(
    "text", [*NHS_NUMBERS, UPN, "SN15 2AB", "07700 900123", "jo@example.org", "12/03/2009", "C40021", "Jo"]
)
def test_a_description_gives_nothing_away(text: str) -> None:
    words = describe(text)
    assert text not in words
    assert not any(map(str.isdigit, words))


def test_one_nhs_number_among_other_numbers_is_found() -> None:
    assert suspects(["C1", "C2", NHS_NUMBERS[0]]).cells == {2: "an NHS number"}


def test_a_column_of_nhs_numbers_is_refused() -> None:
    assert suspects(NHS_NUMBERS).refused == "NHS numbers"
    assert suspects([f"{n[:3]} {n[3:6]} {n[6:]}" for n in NHS_NUMBERS]).refused == "NHS numbers"


def test_ten_digit_numbers_of_a_system_pass_though_one_in_eleven_fits_the_check() -> None:
    numbers = random.Random(7)
    texts = [str(numbers.randrange(10**9, 10**10)) for _ in range(2_000)]
    assert suspects(texts) == Suspects()


def test_nhs_numbers_hidden_among_a_systems_ten_digit_numbers_are_refused_above_three_in_ten() -> None:
    assert suspects([*OTHER_NUMBERS[:7], *NHS_NUMBERS[:3]]) == Suspects()
    assert suspects([*OTHER_NUMBERS[:6], *NHS_NUMBERS[:3]]).refused == "NHS numbers"


def test_a_share_counts_rows_not_different_numbers() -> None:
    texts = [NHS_NUMBERS[0], *OTHER_NUMBERS[:9]]
    assert inspect(texts, np.ones(10, dtype=int), is_identifier=True) == Suspects()
    assert inspect(texts, np.array([9, *[1] * 9]), is_identifier=True).refused == "NHS numbers"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (UPN, "a pupil number (UPN)"),
        ("SN15 2AB", "a postcode"),
        ("SN152AB", "a postcode"),
        ("07700 900123", "a telephone number"),
        ("07700900123", "a telephone number"),
        ("jo@example.org", "an e-mail address"),
        ("12/03/2009", "a date"),
        ("2009-03-12", "a date"),
        ("Jo Bloggs", "words like a person's name"),
        ("BLOGGS, JO", "words like a person's name"),
    ],
)
def test_what_identifies_is_found_among_identifiers(text: str, what: str) -> None:
    assert suspects(["C1", "C2", "C3", text]).cells == {3: what}


@pytest.mark.parametrize(
    "texts",
    [
        [f"AB{n}CD" for n in range(10, 60)],
        [f"{n:011d}" for n in range(2_000, 2_050)],
        [f"W{n:012d}" for n in range(50)],
    ],
)
def test_a_systems_own_shape_of_number_is_left_alone(texts: list[str]) -> None:
    assert suspects(texts) == Suspects()


def test_columns_of_names_are_told_from_columns_of_codes() -> None:
    assert looks_like_names(["Ada Lovelace", "Alan Turing", "Grace Hopper", ""])
    assert not looks_like_names(["early help", "assessment", "Salisbury"])


NAMES = [column.name for column in RETURN_TYPES["referrals"].columns]


@pytest.mark.parametrize("nhs", NHS_NUMBERS)
@pytest.mark.parametrize("written", ["{}", "{}.0", " {} ", "'{}"])
@pytest.mark.parametrize("position", range(len(NAMES) + 1))
def test_no_finding_gives_an_nhs_number_away_whichever_column_it_is_in(nhs: str, written: str, position: int) -> None:
    rows = []
    for place in range(4):
        row = [
            f"R{place}",
            f"C{place}",
            "04/01/2017",
            "6",
            "7",
            "M",
            "N1",
            "",
            "05/01/2017",
            "assessment",
            "Salisbury",
            "x",
        ]
        rows.append(row)
    rows[2][position] = written.format(nhs)
    text = "\n".join([",".join([*NAMES, "other"]), *map(",".join, rows)])
    table = read_table(text.encode(), NAMES)
    checked = check_return(table, Context(RETURN_TYPES["referrals"], Quarter(2016, 4), "CSC"))
    assert checked.errors
    told = " ".join(f"{f.message} {f.column} {f.found} {f.expected}" for f in checked.findings)
    assert all(nhs[start : start + 3] not in told for start in range(8))


def test_a_header_that_is_itself_an_nhs_number_is_not_shown() -> None:
    text = ",".join([*NAMES, NHS_NUMBERS[0]]) + "\n"
    table = read_table(text.encode(), NAMES)
    checked = check_return(table, Context(RETURN_TYPES["referrals"], Quarter(2016, 4), "CSC", nil=True))
    assert [f.code for f in checked.findings] == ["unknown_column"]
    assert NHS_NUMBERS[0] not in repr(checked.findings)
