"""`manage.py load_return`: what it prints and how it exits, as scripts rely on it."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import Event
from dataset.models import Figure, QuarterlyReturn
from tests.builders import QUARTER, a_csv, a_standing_board, a_user, missing_file, on, referral_lines

pytestmark = pytest.mark.django_db
KEYS = {"accepted", "unchanged", "version", "rows", "errors", "queries"}
FINDING_KEYS = {"line", "column", "code", "found", "expected", "message"}


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three good referrals."""
    file = tmp_path / "referrals.csv"
    file.write_bytes(a_csv(referral_lines()))
    return file


def run(path: Path, *extra: str, **changes: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    options = {"type": "referrals", "agency": "CSC", "quarter": "2016-17 Q4", **changes}
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    out = StringIO()
    try:
        call_command("load_return", str(path), *arguments, *extra, stdout=out, stderr=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as misused:
        return misused.returncode, str(misused)
    return 0, out.getvalue()


def run_json(path: Path, *extra: str, **changes: str) -> tuple[int, dict[str, Any]]:
    code, text = run(path, "--json", *extra, **changes)
    return code, json.loads(text)


def rows() -> dict[str, int]:
    models = [*apps.get_app_config("dataset").get_models(), Event]
    return {model.__name__: model._default_manager.count() for model in models}


def test_a_good_file_is_accepted(path: Path) -> None:
    code, report = run_json(path)
    assert code == 0
    assert report == {
        "accepted": True, "unchanged": False, "version": 1, "rows": 3, "errors": [], "queries": [],
    }  # fmt: skip


def test_the_same_file_again_is_unchanged(path: Path) -> None:
    run(path)
    before = rows()
    code, report = run_json(path)
    assert (code, report["accepted"], report["unchanged"], report["version"], report["rows"]) == (0, True, True, 1, 3)
    assert rows() == before


def test_a_spoiled_cell_is_an_error_on_its_line_and_nothing_is_stored(path: Path) -> None:
    run(path)
    before = rows()
    lines = referral_lines()
    lines[1]["referral_date"] = "31/02/2017"
    path.write_bytes(a_csv(lines))
    code, report = run_json(path)
    assert (code, report["accepted"], report["version"]) == (1, False, None)
    assert set(report) == KEYS
    (error,) = report["errors"]
    assert set(error) == FINDING_KEYS
    assert (error["line"], error["column"]) == (3, "referral_date")
    assert rows() == before


def test_a_query_is_told_and_does_not_stop_the_return(path: Path) -> None:
    lines = referral_lines()
    lines[0]["locality"] = "Nowhere"
    path.write_bytes(a_csv(lines))
    code, report = run_json(path)
    assert (code, report["accepted"]) == (0, True)
    assert [(one["line"], one["column"]) for one in report["queries"]] == [(2, "locality")]


@pytest.mark.parametrize("good", [True, False])
def test_a_rehearsal_stores_nothing_not_even_in_the_trail(path: Path, good: bool) -> None:
    if not good:
        path.write_bytes(b"nothing,like,it\n1,2,3\n")
    before = rows()
    code, report = run_json(path, "--rehearse")
    assert (code, report["accepted"], report["version"]) == (0 if good else 1, False, None)
    assert bool(report["errors"]) is not good
    assert rows() == before


def test_a_nil_return_is_accepted_when_it_is_said_to_be_one(path: Path) -> None:
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert run(path)[0] == 1
    code, report = run_json(path, "--nil")
    assert (code, report["accepted"], report["rows"]) == (0, True, 0)
    assert Figure.objects.get(item="referrals_received", breakdown="").state == "nil"


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"agency": "XYZ"}, "unknown_agency", "There is no supplier “XYZ”. The codes are: "),
        ({"quarter": "2016 Q9"}, "unknown_quarter", "“2016 Q9” is not a quarter; write it like 2016-17 Q3."),
        ({"quarter": "9999-00 Q4"}, "unknown_quarter", "“9999-00 Q4” is not a quarter"),
        ({"quarter": "2017-18 Q4"}, "quarter_not_over", "is not over yet"),
        ({"agency": "POL"}, "not_owner", "owed by Children's social care (CSC)"),
    ],
)
def test_what_is_refused_says_why_and_exits_with_one(path: Path, changes: dict[str, str], code: str, told: str) -> None:
    end, report = run_json(path, **changes)
    assert (end, set(report), report["accepted"]) == (1, KEYS, False)
    assert [one["code"] for one in report["errors"]] == [code]
    assert told in report["errors"][0]["message"]
    assert not QuarterlyReturn.objects.exists()


def test_an_unknown_agency_and_quarter_are_both_told(path: Path) -> None:
    end, report = run_json(path, agency="XYZ", quarter="soon")
    assert (end, [one["code"] for one in report["errors"]]) == (1, ["unknown_agency", "unknown_quarter"])


@pytest.mark.parametrize("changes", [{"type": "nonsense"}, {"file": "gone.csv"}])
def test_misuse_exits_with_two(path: Path, changes: dict[str, str]) -> None:
    if name := changes.pop("file", ""):
        path = path.with_name(name)
    assert misused(path, **changes) == 2


def misused(path: Path, **changes: str) -> int:
    """The exit code as the shell has it; called from Python, the command would raise instead."""
    from django.core.management import ManagementUtility

    options = {"type": "referrals", "agency": "CSC", "quarter": "2016-17 Q4", **changes}
    arguments = [word for option, value in options.items() for word in (f"--{option}", value)]
    with pytest.raises(SystemExit) as end:
        ManagementUtility(["manage.py", "load_return", str(path), *arguments]).execute()
    return int(end.value.code or 0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a csv", b"\x00\xff\xfe" * 40])
def test_what_is_no_csv_is_refused_in_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    code, text = run(path)
    assert code == 1
    assert "Refused: 1 to put right. Nothing was stored." in text


def test_without_json_each_finding_has_its_place(path: Path) -> None:
    lines = referral_lines()
    lines[1]["age"] = "nine"
    path.write_bytes(a_csv(lines))
    code, text = run(path)
    assert code == 1
    assert text.startswith("ERROR line 3, age: ")


@pytest.mark.parametrize(
    ("extra", "told"), [((), "Accepted as version 1: 3 rows."), (("--rehearse",), "Rehearsed: 3 rows")]
)
def test_without_json_it_ends_with_what_became_of_the_file(path: Path, extra: tuple[str, ...], told: str) -> None:
    assert told in run(path, *extra)[1]


def test_who_loaded_it_is_in_the_trail(path: Path) -> None:
    user = a_user("data_officer")
    run(path, "--by", user.email.upper())
    assert set(Event.objects.filter(verb__startswith="return.").values_list("actor", flat=True)) == {user.pk}


def test_a_name_that_is_no_users_is_in_the_trail_as_it_was_given(path: Path) -> None:
    run(path, "--by", "nightly import")
    assert set(Event.objects.filter(verb__startswith="return.").values_list("actor_label", flat=True)) == {
        "nightly import"
    }


def test_a_correction_on_a_later_day_is_the_next_version(path: Path) -> None:
    run(path)
    path.write_bytes(a_csv(referral_lines(5)))
    with on(date(2017, 6, 1)):
        code, report = run_json(path)
    assert (code, report["version"], report["rows"]) == (0, 2, 5)


def test_another_return_of_another_agency_by_any_case_of_its_code(path: Path) -> None:
    path.write_bytes(missing_file(["C1"], QUARTER))
    code, report = run_json(path, type="missing_episodes", agency="miss")
    assert (code, report["accepted"]) == (0, True)


def test_a_lost_key_is_refused_in_words(path: Path, settings: Any) -> None:
    settings.IDENTIFIER_KEY_FILE, settings.IDENTIFIER_KEY_CREATE = path.with_name("lost.key"), False
    code, report = run_json(path)
    assert code == 1
    assert "Put the key file back from your backup" in report["errors"][0]["message"]
