from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.trail import events_about
from dataset import boardtime
from dataset.definitions import State
from dataset.measures import MEASURES
from dataset.models import Area, Benchmark, IndicatorMapping, Publication
from dataset.periods import Quarter
from dataset.reference.choosing import Choice, Part
from dataset.reference.differences import What
from dataset.reference.issue import Outlook, choices_for, issue_faults, read_issue, usual_name
from dataset.reference.published import FileRefused
from dataset.selectors import load_evidence
from tests.builders import a_benchmark, a_board, a_place
from tests.dataset.reference.publications import (
    ENGLAND_ROW,
    LONG_ROW,
    NAME,
    OUR_ROW,
    PUBLISHED,
    RE_REFERRALS,
    SLICE,
    a_published_file,
    known_areas,
    loaded,
    looked_ahead,
    with_parts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _areas() -> None:
    known_areas()


def stored(code: str = "E06000054", period: str = "2016-17", key: str = "re_referral_pct") -> list[Benchmark]:
    return list(Benchmark.objects.filter(area__code=code, period=period, key=key).order_by("pk"))


def counts(outlook: Outlook) -> dict[str, int]:
    assert outlook.changes is not None, outlook.errors
    return {what.value: outlook.changes.count(what) for what in What if outlook.changes.count(what)}


def told(outlook: Outlook) -> str:
    return " ".join(finding.message for finding in (*outlook.errors, *outlook.queries))


# What is stored ------------------------------------------------------------------------------------------


def test_a_real_file_becomes_benchmarks_with_their_publication() -> None:
    publication, _ = loaded(SLICE.read_bytes(), with_parts(Part.NUMERATOR, Part.DENOMINATOR))
    (ours,) = stored()
    assert (ours.value, ours.numerator, ours.denominator, ours.state) == (Decimal("18.8"), 748, 3976, State.REPORTED)
    assert (ours.unit, ours.published_on, ours.publication) == ("%", PUBLISHED, publication)
    assert ours.source == "Characteristics of children in need, published on 30 October 2025"
    assert [str(one.value.normalize()) for one in stored("E92000001", "2024-25") if one.value] == ["22.6"]


def test_a_mark_is_stored_as_its_reason_and_never_as_nought() -> None:
    loaded(a_published_file(ENGLAND_ROW, OUR_ROW | {"rereferral_percent": "c"}))
    assert [(one.value, one.state) for one in stored()] == [(None, State.CONFIDENTIAL)]


def test_a_published_nought_is_nought() -> None:
    loaded(a_published_file(ENGLAND_ROW, OUR_ROW | {"rereferral_percent": "0"}))
    assert [(one.value, one.state) for one in stored()] == [(0, State.REPORTED)]


def test_a_key_of_31_march_gets_the_day_for_its_period() -> None:
    loaded(a_published_file(), (Choice("rereferral_percent", "cp_plan_rate"),))
    assert [one.value for one in stored(period="2017-03-31", key="cp_plan_rate")] == [Decimal("18.8")]


def test_the_same_file_again_changes_nothing_and_leaves_no_trace() -> None:
    loaded(SLICE.read_bytes())
    before = Benchmark.objects.count(), Publication.objects.count()
    publication, outlook = loaded(SLICE.read_bytes())
    assert publication is None
    assert outlook.has_nothing_new
    assert (Benchmark.objects.count(), Publication.objects.count()) == before


def test_a_revised_figure_is_a_new_row_and_the_others_are_not_written_again() -> None:
    loaded(a_published_file())
    _, outlook = loaded(
        a_published_file(ENGLAND_ROW, OUR_ROW | {"rereferral_percent": "18.9"}), published_on=date(2026, 1, 9)
    )
    assert counts(outlook) == {"changed": 1, "unchanged": 1}
    assert [one.value for one in stored()] == [Decimal("18.8"), Decimal("18.9")]
    assert len(stored("E92000001")) == 1


def test_a_part_that_the_file_was_not_asked_for_stays_with_its_value() -> None:
    loaded(SLICE.read_bytes(), with_parts(Part.NUMERATOR, Part.DENOMINATOR))
    changed = SLICE.read_bytes().replace(b"3976,748,18.8", b"3977,749,18.8")
    loaded(changed, with_parts(Part.NUMERATOR))
    assert [(one.numerator, one.denominator) for one in stored()] == [(748, 3976), (749, 3976)]


def test_an_event_says_what_was_loaded_and_by_whom() -> None:
    publication, _ = loaded(a_published_file())
    assert publication is not None
    (event,) = events_about(publication)
    assert (event.verb, event.actor_label) == ("publication.loaded", "system")
    assert event.detail["new"] == 2
    assert event.detail["keys"] == ["re_referral_pct"]


def test_all_or_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(IndicatorMapping.objects.__class__, "bulk_create", full)
    with pytest.raises(DatabaseError), transaction.atomic():
        loaded(a_published_file())
    assert not Publication.objects.exists()
    assert not Benchmark.objects.exists()


def test_the_database_itself_refuses_to_change_a_publication() -> None:
    loaded(a_published_file())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dataset_publication SET name = 'another'")


# As at a moment -------------------------------------------------------------------------------------------


def test_the_measure_reads_it_from_the_moment_it_was_recorded() -> None:
    a_benchmark("re_referral_pct", Area.objects.get(code="E92000001"), 21.0)
    with boardtime.at(datetime(2026, 2, 1, 12, tzinfo=UTC)):
        loaded(a_published_file(), published_on=date(2025, 11, 1))

    def england(as_at: datetime | None) -> tuple[float | None, str]:
        evidence = load_evidence([MEASURES["FD04"]], Quarter(2016, 4), as_at=as_at)
        assert evidence is not None
        found = evidence.benchmarks[("re_referral_pct", "E92000001")]["2016-17"]
        return found.value, found.source

    cited = "Characteristics of children in need, published on 1 November 2025"
    assert england(datetime(2026, 1, 31, tzinfo=UTC)) == (21.0, "Published table")
    assert england(datetime(2026, 2, 2, tzinfo=UTC)) == (21.9, cited)
    assert england(None) == (21.9, cited)


# What is remembered ---------------------------------------------------------------------------------------


def test_the_next_issue_needs_no_choosing() -> None:
    loaded(SLICE.read_bytes(), with_parts(Part.NUMERATOR))
    file = read_issue(SLICE.read_bytes().replace(b"2025,", b"2026,"))
    assert {(one.indicator, one.part) for one in choices_for(NAME, file)} == {
        ("rereferral_percent", Part.VALUE), ("rereferral_count", Part.NUMERATOR)
    }  # fmt: skip
    assert choices_for("Another publication", file) == ()


def test_another_file_of_the_publication_leaves_what_is_remembered_of_the_first() -> None:
    loaded(SLICE.read_bytes())
    other = a_published_file({**OUR_ROW, "nfa_percent": "4.6"} | {"rereferral_percent": "z"}).replace(
        b"rereferral_percent", b"s47"
    )
    loaded(other, (Choice("nfa_percent", "referral_nfa_pct"),))
    assert set(IndicatorMapping.objects.values_list("key", flat=True)) == {"re_referral_pct", "referral_nfa_pct"}


def test_a_choice_made_anew_takes_the_place_of_the_old() -> None:
    loaded(SLICE.read_bytes())
    loaded(SLICE.read_bytes(), (Choice("no_further_action_percent", "re_referral_pct"),))
    assert IndicatorMapping.objects.get().indicator == "no_further_action_percent"


def test_case_and_spaces_make_no_other_publication() -> None:
    loaded(a_published_file())
    assert usual_name(" characteristics  of children in Need ") == NAME


# What is doubted ------------------------------------------------------------------------------------------


def test_areas_are_joined_by_code_and_unknown_ones_left_out_and_counted() -> None:
    renamed = OUR_ROW | {"la_name": "Another name"}
    unknown = OUR_ROW | {"new_la_code": "E06000063", "old_la_code": "942", "la_name": "Cumberland"}
    outlook = looked_ahead(a_published_file(ENGLAND_ROW, renamed, unknown))
    assert counts(outlook) == {"new": 2}
    assert "1 figure of 1 area that the board does not know is left out: Cumberland (E06000063)" in told(outlook)


def test_an_authority_without_its_nine_characters_is_found_by_its_three_digits() -> None:
    loaded(a_published_file(ENGLAND_ROW, OUR_ROW | {"new_la_code": "z"}))
    assert len(stored()) == 1


def test_england_and_its_regions_are_made_where_they_are_new() -> None:
    Area.objects.filter(code="E92000001").delete()
    region = ENGLAND_ROW | {"geographic_level": "Regional", "region_code": "E12000009", "region_name": "South West"}
    loaded(a_published_file(ENGLAND_ROW, region))
    assert [one.area.name for one in (*stored("E92000001"), *stored("E12000009"))] == ["England", "South West"]


def test_a_file_of_another_country_is_refused() -> None:
    wales = ENGLAND_ROW | {"country_code": "W92000004", "country_name": "Wales"}
    outlook = looked_ahead(a_published_file(wales))
    assert "the file has Wales" in told(outlook)
    assert outlook.changes is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"rereferral_percent": "n/a"}, "neither a number nor a mark"),
        ({"time_period": "2199"}, "is not over"),
        ({"time_period": "2026"}, "cannot have been published on 30 October 2025"),
    ],
)
def test_an_impossible_figure_refuses_the_file_with_its_line(row: dict[str, str], says: str) -> None:
    rows = [OUR_ROW | {"time_period": str(year)} for year in range(2003, 2017)]
    outlook = looked_ahead(a_published_file(*rows, OUR_ROW | row))
    assert says in told(outlook)
    assert outlook.errors[0].line == 16
    with pytest.raises(FileRefused, match=says):
        loaded(a_published_file(*rows, OUR_ROW | row))
    assert not Benchmark.objects.exists()


def test_two_rows_for_one_figure_are_refused_with_both_lines() -> None:
    outlook = looked_ahead(a_published_file(ENGLAND_ROW, OUR_ROW, OUR_ROW | {"rereferral_percent": "20"}))
    assert "Lines 3 and 4 both give rereferral_percent" in told(outlook)


def test_only_the_cells_that_are_chosen_are_read() -> None:
    rows = [OUR_ROW | {"time_period": str(year), "other": "1"} for year in range(2003, 2017)]
    outlook = looked_ahead(a_published_file(*rows, OUR_ROW | {"other": "a slip"}))
    assert counts(outlook) == {"new": 15}


def test_a_percentage_written_as_a_share_of_one_needs_a_yes() -> None:
    loaded(SLICE.read_bytes())
    later = [
        row | {"time_period": "2024", "rereferral_percent": text}
        for row, text in ((ENGLAND_ROW, "0.22"), (OUR_ROW, "0.19"))
    ]
    outlook = looked_ahead(a_published_file(*later))
    assert "about 101 times smaller" in told(outlook)
    with pytest.raises(FileRefused, match="confirm that it is right"):
        loaded(a_published_file(*later))
    assert loaded(a_published_file(*later), confirmed=True)[0] is not None


def test_parts_of_another_indicator_need_a_yes() -> None:
    wrong = (*RE_REFERRALS, Choice("no_further_action_count", "re_referral_pct", Part.NUMERATOR),
             Choice("referral_count", "re_referral_pct", Part.DENOMINATOR))  # fmt: skip
    outlook = looked_ahead(SLICE.read_bytes(), wrong)
    assert outlook.changes is not None
    assert [one.code for one in outlook.changes.needs_confirming] == ["parts_disagree"]
    assert "parts_disagree" not in {one.code for one in looked_ahead(SLICE.read_bytes(), with_parts(*Part)).queries}


def test_an_earlier_publication_never_takes_the_place_of_a_later() -> None:
    loaded(a_published_file())
    _, outlook = loaded(
        a_published_file(ENGLAND_ROW, OUR_ROW | {"rereferral_percent": "17"}), published_on=date(2024, 10, 31)
    )
    assert counts(outlook) == {"unchanged": 1, "kept": 1}
    assert "which is later (year to March 2017). The later ones stay." in told(outlook)
    assert len(stored()) == 1


def test_figures_of_another_publication_are_named_before_they_are_revised() -> None:
    loaded(a_published_file(), name="Statistical first release", published_on=date(2017, 11, 2))
    outlook = looked_ahead(a_published_file(ENGLAND_ROW, OUR_ROW | {"rereferral_percent": "17"}))
    assert "“Statistical first release” (published on 2 November 2017) would be revised (year to March 2017)" in told(
        outlook
    )


def test_a_long_table_is_joined_by_three_digits_and_its_regions_by_name() -> None:
    a_place("E12000009", "South West", "region")
    rows = [LONG_ROW, LONG_ROW | {"LA Number": "989", "LA and Regions": "South West", "Values": "23.2"}]
    loaded(a_published_file(*rows), (Choice("Re-referrals", "re_referral_pct"),))
    assert [one.value for one in (*stored(), *stored("E12000009"))] == [Decimal("18.8"), Decimal("23.2")]


@pytest.mark.parametrize(
    ("name", "published_on", "codes"),
    [
        (" ", PUBLISHED, ["no_name"]),
        (NAME, None, ["no_day"]),
        (NAME, date(2199, 1, 1), ["day_to_come"]),
        (NAME, PUBLISHED, []),
    ],
)
def test_an_issue_has_a_name_and_a_day_that_has_been(name: str, published_on: date | None, codes: list[str]) -> None:
    assert [fault.code for fault in issue_faults(name, published_on)] == codes


def test_looking_ahead_costs_the_same_whatever_the_file_holds(django_assert_num_queries) -> None:
    a_board()
    for content in (a_published_file(), SLICE.read_bytes()):
        with django_assert_num_queries(3):
            looked_ahead(content)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_store_each_figure_once() -> None:
    together = Barrier(2)

    def load() -> bool:
        together.wait(timeout=10)
        try:
            return loaded(SLICE.read_bytes())[0] is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        stored_by = sorted(one.result(timeout=30) for one in [threads.submit(load), threads.submit(load)])
    assert stored_by == [False, True]
    assert len(stored()) == 1
