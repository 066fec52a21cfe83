from datetime import date

import pytest

from dataset.ingest.formats import Limits
from dataset.models import Area, NeighbourSet, Publication
from dataset.reference.neighbour_list import ListIssue, list_faults, look_ahead_list, read_list, store_list
from dataset.reference.neighbour_table import Ranked, read_neighbour_table
from dataset.reference.published import FileRefused
from tests.builders import a_neighbour_set
from tests.dataset.reference.publications import a_published_file, known_areas

DFE = b"""Statistical neighbours,,,,,,
,,,,,,
LA num,LA Name,GOReg,SN1,SNP1,SN2,SNP2
865,Wiltshire,South West,916,Extremely close,893,Very close
916,Gloucestershire,South West,893,Very close,865,Close
893,Shropshire,West Midlands,916,Very close,865,Close
Source: a note under the table,,,,,,
"""
LONG_ROW = {
    "area_code": "E06000054",
    "area": "Wiltshire",
    "rank": "1",
    "neighbour_code": "E10000013",
    "neighbour": "Glos",
}
ISSUE = ListIssue("dfe_2021", date(2021, 4, 1), None, "0" * 64)


def read(content: bytes) -> list[Ranked]:
    return read_neighbour_table(content, Limits())


def test_the_department_s_list_has_its_neighbours_across() -> None:
    ranked = read(DFE.replace(b"Source: a note under the table,", b",Source: a note under the table"))
    assert len(ranked) == 6
    assert ranked[0] == Ranked(4, "865", "Wiltshire", 1, "916", "", "Extremely close")
    assert [(one.authority, one.rank, one.neighbour) for one in ranked[2:4]] == [("916", 1, "893"), ("916", 2, "865")]


@pytest.mark.parametrize(
    "names", [("NN1", "NN2"), ("Neighbour 1", "Neighbour 2"), ("nearest_neighbour_1", "nearest_neighbour_2")]
)
def test_other_models_name_their_columns_otherwise(names: tuple[str, str]) -> None:
    row = {"area_code": "E06000054", "area": "Wiltshire", names[0]: "E10000013", names[1]: "E06000051"}
    assert [(one.rank, one.neighbour) for one in read(a_published_file(row))] == [(1, "E10000013"), (2, "E06000051")]


def test_a_list_may_have_a_line_for_each_neighbour() -> None:
    (found,) = read(a_published_file(LONG_ROW))
    assert found == Ranked(2, "E06000054", "Wiltshire", 1, "E10000013", "Glos")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2\n", "not a neighbour list"),
        (a_published_file({"area_code": "E06000054", "area": "Wiltshire"}), "It has: area_code, area"),
        (
            a_published_file(LONG_ROW | {"neighbour_code": "Gloucestershire"}),
            "neighbour_code is “Gloucestershire”. Areas are joined by code",
        ),
        (a_published_file(LONG_ROW | {"area_code": ""}), "area_code is blank"),
        (a_published_file(LONG_ROW | {"rank": "first"}), "rank is “first”"),
        (a_published_file(LONG_ROW | {"rank": "0"}), "rank is “0”"),
        (a_published_file(LONG_ROW | {"neighbour_code": "E06000054"}), "Wiltshire is listed as its own neighbour"),
        (a_published_file(LONG_ROW, LONG_ROW | {"rank": "2"}), "E10000013 stands twice in the list of Wiltshire"),
        (a_published_file(LONG_ROW, LONG_ROW | {"neighbour_code": "E06000051"}), "rank 1 stands twice"),
        (a_published_file({"LA num": "865", "SN1": "", "SN2": "916"}), "Line 2: SN1 is blank"),
    ],
)
def test_a_faulty_list_is_refused_with_its_line(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(content)


# Stored ---------------------------------------------------------------------------------------------------

LISTS = b"\n".join(DFE.splitlines()[:6])


@pytest.mark.django_db
def test_a_list_is_stored_whole_with_new_authorities_by_the_names_it_gives_them() -> None:
    known_areas()
    publication, outlook = store_list(ranked=read_list(LISTS), issue=ISSUE, by=None)
    ours = NeighbourSet.objects.get(area__code="E06000054")
    assert [(one.rank, one.area.name, one.closeness) for one in ours.neighbours.all()] == [
        (1, "Gloucestershire", "Extremely close"), (2, "Shropshire", "Very close")
    ]  # fmt: skip
    assert ours.publication == publication
    assert (len(outlook.new), {area.name for area in outlook.added}) == (3, {"Gloucestershire", "Shropshire"})


@pytest.mark.django_db
def test_looking_ahead_stores_nothing() -> None:
    known_areas()
    areas = Area.objects.count()
    outlook = look_ahead_list(read_list(LISTS), ISSUE)
    assert outlook.ours == [(1, "Gloucestershire"), (2, "Shropshire")]
    assert (NeighbourSet.objects.count(), Area.objects.count()) == (0, areas)


@pytest.mark.django_db
def test_the_same_list_again_changes_nothing() -> None:
    known_areas()
    store_list(ranked=read_list(LISTS), issue=ISSUE, by=None)
    publication, outlook = store_list(ranked=read_list(LISTS), issue=ISSUE, by=None)
    assert publication is None
    assert (len(outlook.new), len(outlook.unchanged)) == (0, 3)
    assert (NeighbourSet.objects.count(), Publication.objects.count()) == (3, 1)


@pytest.mark.django_db
def test_our_list_is_set_beside_the_one_in_force() -> None:
    known_areas()
    a_neighbour_set(Area.objects.get(code="E06000054"), [Area.objects.get(code="E10000013")], model="nfer_2014")
    outlook = look_ahead_list(read_list(LISTS), ISSUE)
    assert (outlook.before_model, outlook.before) == ("nfer_2014", [(1, "Gloucestershire")])


@pytest.mark.django_db
def test_a_code_that_nobody_names_refuses_the_whole_list() -> None:
    known_areas()
    with pytest.raises(FileRefused, match="Line 2: E09000099 is no authority that the board knows"):
        store_list(
            ranked=read_list(a_published_file({"LA num": "E06000054", "SN1": "E09000099"})), issue=ISSUE, by=None
        )
    assert not NeighbourSet.objects.exists()


@pytest.mark.parametrize(
    ("model", "first", "last", "codes"),
    [
        ("", date(2021, 4, 1), None, ["no_model"]),
        ("dfe", None, None, ["no_day"]),
        ("dfe", date(2021, 4, 1), date(2021, 3, 31), ["days_in_order"]),
        ("dfe", date(2021, 4, 1), date(2021, 4, 1), []),
    ],
)
def test_a_list_has_a_model_and_days_in_order(
    model: str, first: date | None, last: date | None, codes: list[str]
) -> None:
    assert [fault.code for fault in list_faults(model, first, last)] == codes
