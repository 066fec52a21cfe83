"""The list of agencies, and the file it comes from."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.agencies import BadAgenciesFile, load_agencies, read_agencies
from accounts.models import Agency, Event
from tests.builders import an_agency

pytestmark = pytest.mark.django_db

HEADER = "code,name,organisation,kind,identifier_space\n"
CSC = "CSC,Children's social care,A Council,council,council-social-care\n"
POL = "POL,Police,A Police Force,police,police\n"
REAL = Path(__file__).parents[2] / "fixtures" / "reference" / "agencies.csv"


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agencies.csv"


def test_the_boards_own_file_loads_and_loads_again_without_change() -> None:
    assert run("load_agencies", REAL) == "18 added, 0 changed, 0 unchanged.\n"
    assert run("load_agencies", REAL) == "0 added, 0 changed, 18 unchanged.\n"
    assert Event.objects.filter(verb="agency.added", actor_label="manage.py load_agencies").count() == 18
    assert Event.objects.count() == 18


def test_a_changed_line_changes_its_agency_and_leaves_the_others(file: Path) -> None:
    file.write_text(HEADER + CSC + POL)
    run("load_agencies", file)
    file.write_text(HEADER + POL.replace("Police,", "The police,"))
    assert run("load_agencies", file) == "0 added, 1 changed, 0 unchanged.\n"
    assert set(Agency.objects.values_list("code", "name")) == {
        ("CSC", "Children's social care"),
        ("POL", "The police"),
    }
    assert Event.objects.get(verb="agency.changed").detail == {"fields": ["name"]}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEADER + CSC,
        (HEADER + CSC).replace("\n", "\r\n"),
        "kind,code,name,organisation,identifier_space\ncouncil,CSC,Care,A Council,space\n\n,,,,\n",
    ],
    ids=["byte order mark", "Windows line ends", "other column order and blank lines"],
)
def test_what_spreadsheets_do_to_a_file_is_borne(content: str) -> None:
    assert [line.code for line in read_agencies(content.encode())] == ["CSC"]


BAD = {
    "empty": ("", ["Line 1: found nothing; expected the columns code, name, organisation, kind, identifier_space."]),
    "a column too few": (
        "code,name,organisation,kind\n",
        ["Line 1: found the columns code, name, organisation, kind; expected code, name, organisation, kind, "
         "identifier_space, in any order."],
    ),
    "no agencies": (HEADER, ["Line 2: found no agencies below the header. Add a line for each."]),
    "a cell too few": (HEADER + CSC + "POL,Police\n", ["Line 3: found 2 cells; expected 5."]),
    "the same code twice": (
        HEADER + CSC + POL + CSC,
        ["Line 4: the code CSC is on line 2 already. Keep one of them."],
    ),
    "several faults, one of them after a name on two lines": (
        HEADER + 'EH,"Early\nhelp",A Council,council,council\ncsc,,A Council,club,Council Care\n',
        [
            "Line 4: code: found 'csc'; expected capital letters, digits, hyphens or underscores, starting with a "
            "letter, such as CSC.",
            "Line 4: identifier_space: found 'Council Care'; expected small letters, digits and single hyphens, "
            "such as council-social-care.",
            "Line 4: kind: found 'club'; expected one of council, police, health, education, probation, "
            "voluntary, panel, board.",
            "Line 4: name: found nothing. Fill it in.",
        ],
    ),
    "a name too long": (
        HEADER + f"CSC,{'x' * 201},A Council,council,council\n",
        ["Line 2: name: found 201 characters; at most 200 fit."],
    ),
    "an open quote": (
        HEADER + 'CSC,"Care,A Council,council,council\n',
        ["The file is not CSV: unexpected end of data. Save it as CSV UTF-8 and try again."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_line_by_line_and_nothing_of_it_is_stored(case: str, file: Path) -> None:
    content, problems = BAD[case]
    file.write_text(content)
    with pytest.raises(CommandError) as refusal:
        run("load_agencies", file)
    assert str(refusal.value).splitlines() == [f"{file} was refused and nothing was stored.", *problems]
    assert refusal.value.returncode == 1
    assert not Agency.objects.exists()
    assert not Event.objects.exists()


def test_another_encoding_is_told_with_its_line() -> None:
    with pytest.raises(BadAgenciesFile, match="Line 2: this is not UTF-8 text"):
        read_agencies((HEADER + "BOARD,The board’s unit,WSCB,board,board\n").encode("cp1252"))


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="no-such.csv cannot be read: No such file"):
        run("load_agencies", "no-such.csv")


def test_an_agency_stays_in_the_space_its_identifiers_were_hashed_by() -> None:
    an_agency("CSC", identifier_space="council-social-care", name="Former name")
    with pytest.raises(BadAgenciesFile, match="Line 2: identifier_space: found 'elsewhere', but CSC is in"):
        load_agencies((HEADER + CSC.replace("council-social-care", "elsewhere")).encode(), by_label="a test")
    assert Agency.objects.get().name == "Former name"


def test_the_list_is_for_people_and_for_scripts() -> None:
    an_agency("CSC", name="Children's social care", organisation="A Council", identifier_space="care")
    an_agency("OLD", name="Old team", organisation="A Council", active=False)
    assert run("agencies").splitlines() == [
        "CSC  Children's social care  A Council",
        "OLD  Old team                A Council  (no longer active)",
    ]
    assert json.loads(run("agencies", "--json"))[0] == {
        "code": "CSC",
        "name": "Children's social care",
        "organisation": "A Council",
        "kind": "council",
        "identifier_space": "care",
        "active": True,
    }


def test_an_empty_list_says_how_to_fill_it() -> None:
    assert "manage.py load_agencies FILE" in run("agencies")
    assert json.loads(run("agencies", "--json")) == []
