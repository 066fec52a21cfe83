import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dataset.models import Benchmark, NeighbourSet, Publication
from tests.builders import a_user
from tests.dataset.reference.publications import LONG_ROW, OUR_ROW, SLICE, a_published_file, known_areas

pytestmark = pytest.mark.django_db
ISSUE = ("--publication", "Characteristics of children in need", "--published", "2025-10-30")
EES = (str(SLICE), "--format", "ees", *ISSUE)
VALUE = ("--map", "rereferral_percent=re_referral_pct")


@pytest.fixture(autouse=True)
def _areas() -> None:
    known_areas()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """The command's exit code, what it said, and what it complained of."""

    def call(*arguments: object, command: str = "load_benchmarks") -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            call_command(command, *map(str, arguments))
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        except CommandError as misused:
            return misused.returncode, "", str(misused)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "published.csv"
    path.write_bytes(content)
    return path


def test_a_real_file_is_loaded_and_the_next_issue_needs_no_map(run: Any) -> None:
    code, said, _ = run(*EES, *VALUE, "--map", "rereferral_count=re_referral_pct:numerator")
    assert code == 0
    assert "12 new, 0 changed" in said
    assert "re_referral_pct, Wiltshire, year to March 2017: 18.8" in said
    assert "Stored, as of “Characteristics of children in need”, published on 30 October 2025." in said
    assert Benchmark.objects.filter(area__code="E06000054", period="2016-17", numerator=748).exists()
    code, said, _ = run(*EES)
    assert (code, "Nothing to do: every figure chosen stands already." in said) == (0, True)


def test_a_rehearsal_says_the_same_and_stores_nothing(run: Any) -> None:
    rehearsed = run(*EES, *VALUE, "--rehearse")
    assert not Publication.objects.exists()
    stored = run(*EES, *VALUE)
    assert rehearsed[1].splitlines()[:-1] == stored[1].splitlines()[:-1]
    assert "Rehearsed. Nothing was stored." in rehearsed[1]


def test_json_says_what_changed(run: Any) -> None:
    code, said, _ = run(*EES, *VALUE, "--json", "--by", "the data team")
    report = json.loads(said)
    assert code == 0
    assert (report["stored"], report["new"], report["measures"], report["errors"]) == (True, 12, ["FD04"], [])
    ours = {
        "key": "re_referral_pct", "area": "Wiltshire", "area_code": "E06000054", "period": "2016-17", "before": None,
        "value": 18.8, "state": "reported",
    }  # fmt: skip
    assert ours in report["ours"]
    assert {"name": "Devon", "code": "E10000008", "figures": 3} in report["areas_unknown"]
    assert Publication.objects.get().loaded_by_label == "the data team"


def test_a_user_named_by_address_is_the_one_who_loaded(run: Any) -> None:
    user = a_user(email="manager@example.org")
    run(*EES, *VALUE, "--by", "manager@example.org")
    assert Publication.objects.get().loaded_by_label == str(user)


def test_without_a_map_the_indicators_are_named(run: Any) -> None:
    code, _, complaint = run(*EES)
    assert code == 1
    assert "The file’s indicators are: referral_count, rereferral_count" in complaint


def test_a_refusal_as_json_has_each_finding_and_what_can_be_chosen(run: Any) -> None:
    code, said, _ = run(*EES, "--map", "rereferral=re_referral_pct", "--json")
    report = json.loads(said)
    assert (code, report["stored"], report["errors"][0]["code"]) == (1, False, "unknown_indicator")
    assert report["filters"] == {"category": ["Referrals and Re-referrals"]}
    assert "rereferral_percent" in report["indicators"]


def test_where_chooses_among_the_values_of_a_filter(run: Any, tmp_path: Path) -> None:
    rows = [
        OUR_ROW | {"gender": gender, "rereferral_percent": text} for gender, text in (("Boys", "1"), ("Girls", "2"))
    ]
    path = saved(tmp_path, a_published_file(*rows))
    code, _, complaint = run(path, "--format", "ees", *ISSUE, *VALUE)
    assert (code, "Choose one of: Boys, Girls." in complaint) == (1, True)
    code, _, _ = run(path, "--format", "ees", *ISSUE, *VALUE, "--where", "gender=Girls")
    assert (code, Benchmark.objects.get().value) == (0, 2)


def test_a_hundredfold_value_needs_confirm(run: Any, tmp_path: Path) -> None:
    run(*EES, *VALUE)
    row = OUR_ROW | {"time_period": "2024", "category": "Referrals and Re-referrals", "rereferral_percent": "0.188"}
    path = saved(tmp_path, a_published_file(row))
    code, _, complaint = run(path, "--format", "ees", *ISSUE)
    assert (code, "times smaller" in complaint) == (1, True)
    assert run(path, "--format", "ees", *ISSUE, "--confirm")[0] == 0


def test_rows_that_the_next_issue_has_not_are_told_and_chosen_anew(run: Any, tmp_path: Path) -> None:
    run(*EES, *VALUE)
    code, _, complaint = run(saved(tmp_path, a_published_file(OUR_ROW)), "--format", "ees", *ISSUE)
    assert code == 1
    assert "It was rereferral_percent (category Referrals and Re-referrals) before" in complaint


def test_a_long_table_is_loaded(run: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, a_published_file(LONG_ROW))
    code, _, _ = run(path, "--format", "long", *ISSUE, "--map", "Re-referrals=re_referral_pct")
    assert (code, Benchmark.objects.get().area.code) == (0, "E06000054")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((SLICE, "--format", "ees"), "Say what the publication is called"),
        ((SLICE, "--format", "ees", "--publication", "P"), "on which day it was published"),
        (
            (SLICE, "--format", "ees", "--publication", "P", "--published", "30/10/2025"),
            "write the day like 2017-11-02",
        ),
        ((SLICE, "--format", "ees", "--publication", "P", "--published", "2199-01-01"), "is still to come"),
        ((*EES, "--map", "rereferral_percent"), "write a name, “=” and what it is"),
        ((*EES, "--map", "rereferral_percent=re_referral_pct:top"), "one of value, numerator, denominator"),
        ((*EES, "--where", "gender"), "write a name, “=” and what it is"),
        ((SLICE, "--map", "a=b"), "--map goes with --format ees or long"),
        (("absent.csv",), "There is no file absent.csv"),
    ],
)
def test_misuse_exits_2_and_says_how(run: Any, arguments: tuple[object, ...], says: str) -> None:
    code, _, complaint = run(*arguments)
    assert code == 2
    assert says in complaint


def test_our_own_format_can_be_rehearsed_and_told_as_json(run: Any, tmp_path: Path) -> None:
    row = {
        "benchmark": "re_referral_pct", "level": "local_authority", "area": "Wiltshire", "area_code": "E06000054",
        "period": "2016-17", "numerator": "748", "denominator": "3976", "value": "18.8", "state": "reported",
        "unit": "%", "source": "DfE",
    }  # fmt: skip
    path = saved(tmp_path, a_published_file(row))
    assert "1 published figures would be added" in run(path, "--rehearse")[1]
    assert not Benchmark.objects.exists()
    assert json.loads(run(path, "--json")[1]) == {"stored": True, "added": 1, "unchanged": 0, "errors": []}
    code, said, _ = run(saved(tmp_path, a_published_file(row | {"state": "c"})), "--json")
    assert (code, json.loads(said)["errors"][0]["message"][:7]) == (1, "Line 2:")


def test_a_published_neighbour_list_is_rehearsed_loaded_and_then_stands(run: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, b"LA num,LA Name,SN1\n865,Wiltshire,E10000013\n")
    how = (path, "--format", "published", "--model", "dfe_2021", "--valid-from", "2021-04-01")
    rehearsed = run(*how, "--rehearse", command="load_neighbours")
    assert rehearsed[0] == 0
    assert "Ours: 1 Gloucestershire." in rehearsed[1]
    assert not NeighbourSet.objects.exists()
    assert run(*how, command="load_neighbours")[0] == 0
    assert "Nothing to do" in run(*how, command="load_neighbours")[1]
    assert NeighbourSet.objects.get().model == "dfe_2021"


def test_a_neighbour_list_that_is_none_exits_1_and_without_a_model_2(run: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, b"LA num,LA Name,SN1\n865,Wiltshire,865\n")
    how = (path, "--format", "published", "--valid-from", "2021-04-01")
    code, _, complaint = run(*how, "--model", "dfe", command="load_neighbours")
    assert (code, "its own neighbour" in complaint) == (1, True)
    assert run(*how, command="load_neighbours")[0] == 2
    assert run(path, "--rehearse", command="load_neighbours")[0] == 2
