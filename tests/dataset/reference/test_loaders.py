import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from dataset.models import Area, Benchmark, NeighbourSet, Population, Target
from dataset.reference.benchmarks import load_benchmarks
from dataset.reference.neighbours import load_neighbours
from dataset.reference.populations import load_population
from dataset.reference.table import LoadRefused
from dataset.reference.targets import load_targets

pytestmark = pytest.mark.django_db
REFERENCE = settings.BASE_DIR / "fixtures" / "reference"

BENCHMARK = {
    "benchmark": "re_referral_pct",
    "level": "local_authority",
    "area": "Wiltshire",
    "area_code": "E06000054",
    "period": "2016-17",
    "numerator": "748",
    "denominator": "3976",
    "value": "18.8",
    "state": "reported",
    "unit": "%",
    "source": "DfE",
}
TARGET = {
    "measure": "CP03",
    "valid_from": "2013-04-01",
    "green_edge": "80",
    "red_edge": "70",
    "inclusive": "green",
    "owner": "BOARD",
    "reason": "demonstration",
}
NEIGHBOUR = {
    "model": "nfer_2014",
    "valid_from": "2014",
    "valid_to": "2021-03-31",
    "area": "Wiltshire",
    "area_code": "E06000054",
    "rank": "1",
    "neighbour": "Gloucestershire",
    "neighbour_code": "E10000013",
}
ESTIMATE = {
    "level": "local_authority",
    "area": "Wiltshire",
    "area_code": "E06000054",
    "mid_year": "2016",
    "age_group": "0-17",
    "population": "103549",
    "source": "ONS",
}


def a_file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_published_benchmarks_load_once(tmp_path: Path) -> None:
    first = load_benchmarks(REFERENCE / "benchmarks.csv")
    again = load_benchmarks(REFERENCE / "benchmarks.csv")
    assert (first.unchanged, again.added, again.unchanged) == (0, 0, first.added)
    assert Benchmark.objects.count() == first.added > 7000


def test_an_empty_value_keeps_its_reason_and_is_never_nought(tmp_path: Path) -> None:
    load_benchmarks(a_file(tmp_path, BENCHMARK | {"value": "", "state": "confidential"}))
    stored = Benchmark.objects.get()
    assert (stored.value, stored.state) == (None, "confidential")


def test_a_revised_figure_is_added_and_the_old_one_stays(tmp_path: Path) -> None:
    load_benchmarks(a_file(tmp_path, BENCHMARK))
    load_benchmarks(a_file(tmp_path, BENCHMARK | {"value": "18.9"}))
    assert list(Benchmark.objects.order_by("pk").values_list("value", flat=True)) == [Decimal("18.8"), Decimal("18.9")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"benchmark": "made_up_pct"}, "neither a measure's nor a declared reference series"),
        ({"level": "parish"}, "level “parish” is not one of"),
        ({"period": "2016-18"}, "neither a year like 2016-17"),
        ({"period": "2017-06-30"}, "neither a year like 2016-17"),
        ({"value": "eighteen"}, "value is “eighteen”, which is not a number"),
        ({"value": "NaN"}, "which is not a number"),
        ({"value": ""}, "value is blank although its state is “reported”"),
        ({"state": "confidential"}, "a value is given although its state is “confidential”"),
        ({"state": "c"}, "state “c” is not one of"),
        ({"area_code": ""}, "only police figures come without codes"),
        ({"numerator": "many"}, "numerator is “many”, which is not a number"),
    ],
)
def test_a_faulty_benchmark_is_refused_with_its_line(tmp_path: Path, change: dict[str, str], says: str) -> None:
    with pytest.raises(LoadRefused, match="Line 3: .*" + says):
        load_benchmarks(a_file(tmp_path, BENCHMARK, BENCHMARK | {"period": "2015-16"} | change))
    assert not Benchmark.objects.exists()


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused) as refused:
        load_benchmarks(a_file(tmp_path, BENCHMARK | {"benchmark": "a"}, BENCHMARK | {"benchmark": "b", "value": "?"}))
    assert len(refused.value.problems) == 3


def test_the_same_key_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="stand on line 2"):
        load_benchmarks(a_file(tmp_path, BENCHMARK, BENCHMARK | {"value": "19"}))


def test_the_neighbour_lists_join_dfe_codes_to_areas_with_gss_codes() -> None:
    load_neighbours(REFERENCE / "statistical_neighbours.csv")
    wiltshire = Area.objects.get(legacy_code="865")
    assert wiltshire.code == "E06000054"
    nfer = NeighbourSet.objects.get(area=wiltshire, model="nfer_2014")
    assert [member.area.code for member in nfer.neighbours.all()] == [
        "E10000013", "E06000051", "E10000003", "E10000009", "E06000022",
        "E10000008", "E10000034", "E10000014", "E10000032", "E10000025",
    ]  # fmt: skip
    assert nfer.valid_to == date(2021, 3, 31)


def test_loading_neighbours_again_adds_nothing() -> None:
    first = load_neighbours(REFERENCE / "statistical_neighbours.csv")
    assert load_neighbours(REFERENCE / "statistical_neighbours.csv").unchanged == first.added


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"valid_to": "2013-01-01"}, "valid_to 2013-01-01 is before"),
        ({"valid_from": "soon"}, "valid_from is “soon”"),
        ({"rank": "first"}, "rank is “first”"),
        ({"neighbour": "Wiltshire", "neighbour_code": "E06000054"}, "its own neighbour"),
        ({"neighbour_code": ""}, "neighbour_code is blank"),
    ],
)
def test_a_faulty_neighbour_list_is_refused(tmp_path: Path, change: dict[str, str], says: str) -> None:
    with pytest.raises(LoadRefused, match=says):
        load_neighbours(a_file(tmp_path, NEIGHBOUR | change))
    assert not NeighbourSet.objects.exists()


def test_a_rank_or_a_neighbour_stands_once_in_a_set(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="stands twice"):
        load_neighbours(a_file(tmp_path, NEIGHBOUR, NEIGHBOUR))


def test_the_populations_load_once() -> None:
    first = load_population(REFERENCE / "population.csv")
    assert load_population(REFERENCE / "population.csv").unchanged == first.added
    assert Population.objects.get(area__code="E06000054", mid_year=2016).people == 103_549


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"population": "0"}, "a population is above nought"),
        ({"age_group": "0-25"}, "age_group “0-25” is not one of"),
        ({"mid_year": "16"}, "write a year like 2016"),
    ],
)
def test_a_faulty_population_is_refused(tmp_path: Path, change: dict[str, str], says: str) -> None:
    with pytest.raises(LoadRefused, match=says):
        load_population(a_file(tmp_path, ESTIMATE | change))


def test_the_thresholds_load_once() -> None:
    first = load_targets(REFERENCE / "targets.csv")
    assert load_targets(REFERENCE / "targets.csv").unchanged == first.added == Target.objects.count()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"measure": "ZZ99"}, "there is no measure ZZ99"),
        ({"measure": "FD03"}, "has no good direction"),
        ({"green_edge": "60"}, "green_edge 60 must lie above red_edge 70"),
        ({"measure": "CP05"}, "green_edge 80 must lie below red_edge 70"),
        ({"valid_from": ""}, "valid_from is blank"),
        ({"inclusive": "amber"}, "write green or red"),
    ],
)
def test_a_faulty_threshold_is_refused(tmp_path: Path, change: dict[str, str], says: str) -> None:
    with pytest.raises(LoadRefused, match=says):
        load_targets(a_file(tmp_path, TARGET | change))
    assert not Target.objects.exists()


@pytest.mark.parametrize("loader", [load_benchmarks, load_neighbours, load_population, load_targets])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\x01"])
def test_a_file_of_another_kind_is_refused_by_what_it_lacks(tmp_path: Path, loader, content: bytes) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(LoadRefused, match="other.csv"):
        loader(path)


def test_the_command_exits_1_when_refused_and_2_when_misused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        call_command("load_benchmarks", a_file(tmp_path, BENCHMARK | {"benchmark": "made_up"}))
    assert refused.value.code == 1
    assert "nothing was stored" in capsys.readouterr().err
    with pytest.raises(CommandError) as misused:
        call_command("load_benchmarks", tmp_path / "absent.csv")
    assert misused.value.returncode == 2


def test_the_database_itself_refuses_to_change_a_published_figure(tmp_path: Path) -> None:
    load_benchmarks(a_file(tmp_path, BENCHMARK))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dataset_benchmark SET value = 1")
