from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event, User
from accounts.roles import Role
from dataset.models import Benchmark, IndicatorMapping, NeighbourSet, Publication, StagedPublication
from tests.builders import a_client, a_place, a_publication, a_staged_list, a_staged_publication, a_user
from tests.dataset.reference.publications import (
    NAME,
    OUR_ROW,
    RE_REFERRALS,
    SLICE,
    a_published_file,
    known_areas,
    loaded,
)

pytestmark = pytest.mark.django_db
HOME = "/returns/published/"
LOAD = f"{HOME}load/"
LISTS = f"{HOME}neighbours/"


@pytest.fixture
def manager() -> User:
    known_areas()
    return a_user(Role.MANAGER, "BOARD", name="Manager")


@pytest.fixture
def client(manager: User) -> Client:
    return a_client(manager)


def sent(client: Client, content: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("data.csv", content)
    return client.post(LOAD, {"name": NAME, "published_on": "2025-10-30", "file": file, **fields})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def chosen(response: Any, keys: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The screen's fields as a browser sends them, with these benchmarks chosen: indicator → (key, part)."""
    data: dict[str, str] = {}
    for number, line in enumerate(response.context["lines"]):
        key, part = keys.get(line.indicator, ("", "value"))
        data |= {f"indicator-{number}": line.indicator, f"key-{number}": key, f"part-{number}": part}
        data |= {f"filter-{number}-{place}": offer.chosen for place, offer in enumerate(line.filters)}
    return data


PARTS = {
    "rereferral_percent": ("re_referral_pct", "value"),
    "rereferral_count": ("re_referral_pct", "numerator"),
    "referral_count": ("re_referral_pct", "denominator"),
}


def at_changes(client: Client, content: bytes = SLICE.read_bytes()) -> Any:
    """The page of what would change, the indicators chosen."""
    mapping = client.get(sent(client, content)["Location"])
    return client.get(client.post(mapping.request["PATH_INFO"], chosen(mapping, PARTS))["Location"])


def accept(client: Client, changes: Any, **data: str) -> Any:
    address = changes.request["PATH_INFO"].replace("changes", "accept")
    return client.post(address, {"agreed": changes.context["changes"].fingerprint, **data}, follow=True)


# From file to figures -------------------------------------------------------------------------------------


def test_a_real_file_goes_from_upload_to_figures(client: Client, manager: User) -> None:
    mapping = client.get(sent(client, SLICE.read_bytes())["Location"])
    assert "Wiltshire <strong>18.7</strong>, England <strong>22.6</strong>" in text_of(mapping)
    assert "Perhaps: Re-referrals within 12 months of an earlier referral" in text_of(mapping)
    changes = client.get(client.post(mapping.request["PATH_INFO"], chosen(mapping, PARTS))["Location"])
    assert not Benchmark.objects.exists()
    assert [(one.area.name, one.words) for _, one in changes.context["ours"]][:2] == [
        ("Wiltshire", "18.7"), ("England", "22.6")
    ]  # fmt: skip
    done = accept(client, changes)
    assert "Stored: 12 new and 0 changed figures" in text_of(done)
    made = Publication.objects.get()
    assert (made.name, made.loaded_by_label, made.layout) == (NAME, str(manager), "ees")
    assert Benchmark.objects.get(area__code="E06000054", period="2016-17").denominator == 3976
    assert Event.objects.get(verb="publication.loaded").actor == manager
    assert not StagedPublication.objects.exists()


def test_the_next_issue_goes_straight_to_what_would_change(client: Client) -> None:
    accept(client, at_changes(client))
    again = sent(client, SLICE.read_bytes().replace(b"517,18.7", b"518,18.8"))
    assert again["Location"].endswith("/changes/")
    changes = client.get(again["Location"])
    (_, ours), *_ = changes.context["ours"]
    assert (ours.before_words, ours.words) == ("18.7", "18.8")


def test_the_same_file_again_has_nothing_to_store_and_says_when_it_came(client: Client) -> None:
    accept(client, at_changes(client))
    changes = client.get(sent(client, SLICE.read_bytes())["Location"])
    assert "every figure chosen stands already" in text_of(changes)
    assert "This same file was loaded on" in text_of(changes)
    assert "Accept the figures" not in text_of(changes)


def test_what_was_chosen_survives_a_reload(client: Client) -> None:
    mapping = client.get(sent(client, SLICE.read_bytes())["Location"])
    address = mapping.request["PATH_INFO"]
    client.post(address, chosen(mapping, PARTS))
    lines = {line.indicator: (line.key, line.part) for line in client.get(address).context["lines"] if line.key}
    assert lines == PARTS


def test_an_indicator_may_be_used_for_another_benchmark_too(client: Client) -> None:
    mapping = client.get(sent(client, SLICE.read_bytes())["Location"])
    data = chosen(mapping, PARTS) | {"again": "referral_count"}
    again = client.post(mapping.request["PATH_INFO"], data)
    lines = [line for line in again.context["lines"] if line.indicator == "referral_count"]
    assert [line.key for line in lines] == ["re_referral_pct", ""]


def test_a_filter_s_value_is_chosen_for_each_indicator(client: Client) -> None:
    rows = [OUR_ROW | {"gender": one, "rereferral_percent": text} for one, text in (("Total", "1"), ("Girls", "2"))]
    mapping = client.get(sent(client, a_published_file(*rows))["Location"])
    (offer,) = mapping.context["lines"][0].filters
    assert (offer.name, offer.values, offer.chosen) == ("gender", ("Total", "Girls"), "Total")
    data = chosen(mapping, PARTS) | {"filter-0-0": "Girls"}
    accept(client, client.get(client.post(mapping.request["PATH_INFO"], data)["Location"]))
    assert Benchmark.objects.get().value == 2
    assert IndicatorMapping.objects.get().filters == {"category": "Referrals", "gender": "Girls"}


# What can go wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "Say what the publication is called"),
        ({"published_on": ""}, "Say on which day it was published"),
        ({"published_on": "soon"}, "Write the day as day, month and year"),
        ({"published_on": "2199-01-01"}, "is still to come"),
    ],
)
def test_a_form_without_its_name_or_day_says_so(client: Client, fields: dict[str, str], says: str) -> None:
    refused = sent(client, SLICE.read_bytes(), **fields)
    assert refused.status_code == 422
    assert says in text_of(refused)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"one,two\n1,2\n", "neither a data file of explore education statistics"),
        (a_published_file(OUR_ROW | {"time_identifier": "Academic year"}), "academic year"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(client: Client, content: bytes, says: str) -> None:
    refused = sent(client, content)
    assert refused.status_code == 422
    assert says in text_of(refused)
    assert not StagedPublication.objects.exists()


def test_a_file_too_large_is_told(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    refused = sent(client, SLICE.read_bytes())
    assert refused.status_code == 422
    assert "the most that can be loaded is 100" in text_of(refused)


def test_nothing_chosen_is_told_where_one_chooses(client: Client) -> None:
    mapping = client.get(sent(client, SLICE.read_bytes())["Location"])
    refused = client.post(mapping.request["PATH_INFO"], chosen(mapping, {}))
    assert refused.status_code == 422
    assert "No indicator is chosen" in text_of(refused)


def test_what_would_change_is_not_shown_before_the_choice_is_right(client: Client) -> None:
    address = sent(client, SLICE.read_bytes())["Location"]
    assert client.get(f"{address}changes/")["Location"] == address


def test_figures_that_changed_after_the_look_are_not_stored(client: Client) -> None:
    changes = at_changes(client)
    loaded(SLICE.read_bytes().replace(b"517,18.7", b"517,18.6"), RE_REFERRALS, name="Another")
    refused = accept(client, changes)
    assert refused.status_code == 422
    assert "The figures have changed since you looked" in text_of(refused)
    assert Publication.objects.count() == 1


def test_pressed_twice_it_is_stored_once(client: Client) -> None:
    changes = at_changes(client)
    accept(client, changes)
    assert "no longer waits" in text_of(accept(client, changes))
    assert Publication.objects.count() == 1


def test_a_hundredfold_value_is_stored_only_with_a_tick(client: Client) -> None:
    accept(client, at_changes(client))
    row = OUR_ROW | {"time_period": "2024", "category": "Referrals and Re-referrals", "rereferral_percent": "0.188"}
    columns = {"rereferral_count": "9", "referral_count": "50"}
    changes = client.get(sent(client, a_published_file(row | columns))["Location"])
    assert "I have looked, and these numbers are right" in text_of(changes)
    assert accept(client, changes).status_code == 422
    assert "Stored: 1 new" in text_of(accept(client, changes, confirmed="yes"))


def test_an_abandoned_file_leaves_nothing_but_its_event(client: Client, manager: User) -> None:
    staged = a_staged_publication(manager)
    done = client.post(f"{HOME}waiting/{staged.public_id}/abandon/", follow=True)
    assert "Nothing of it was stored" in text_of(done)
    assert not StagedPublication.objects.exists()
    assert not Benchmark.objects.exists()
    assert "no longer waits" in text_of(client.post(f"{HOME}waiting/{staged.public_id}/abandon/", follow=True))


def test_a_forgotten_file_is_gone_in_a_day(client: Client, manager: User) -> None:
    staged = a_staged_publication(manager)
    StagedPublication.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    missing = client.get(f"{HOME}waiting/{staged.public_id}/")
    assert missing.status_code == 404
    assert staged.name not in text_of(client.get(HOME))
    sent(client, a_published_file())
    assert not StagedPublication.objects.filter(pk=staged.pk).exists()


# The lists ------------------------------------------------------------------------------------------------


def test_the_list_has_what_was_loaded_and_what_waits(client: Client, manager: User) -> None:
    made, staged = a_publication(), a_staged_publication(manager)
    page = text_of(client.get(HOME))
    assert f"{HOME}{made.public_id}/" in page
    assert "3 November 2016" in page
    assert "1 figure<" in page
    assert f"{HOME}waiting/{staged.public_id}/" in page


def test_a_publication_s_page_has_what_it_brought(client: Client) -> None:
    accept(client, at_changes(client))
    page = text_of(client.get(f"{HOME}{Publication.objects.get().public_id}/"))
    assert "12 figures that were new or other than before" in page
    assert "18.8" in page
    assert "category: Referrals and Re-referrals" in page
    assert client.get(f"{HOME}{'0' * 32}/").status_code == 404


def test_pages_cost_the_same_however_much_was_loaded(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    accept(client, at_changes(client))
    first = Publication.objects.get()
    for _ in range(2):
        with django_assert_num_queries(5):
            client.get(HOME)
        with django_assert_num_queries(9):
            client.get(f"{HOME}{first.public_id}/")
        a_publication()


def test_many_changed_figures_elsewhere_are_counted_and_the_first_shown(client: Client) -> None:
    others = [a_place(f"E0900000{number}", f"Place {number}") for number in range(1, 10)]
    rows = [
        OUR_ROW | {"new_la_code": area.code, "la_name": area.name, "time_period": str(year)}
        for area in others
        for year in range(2001, 2024)
    ]
    loaded(a_published_file(*rows))
    changes = client.get(
        sent(client, a_published_file(*(row | {"rereferral_percent": "20"} for row in rows)))["Location"]
    )
    assert f"{len(rows)} figures of other areas that change" in text_of(changes)
    assert "The first 200 are shown." in text_of(changes)


# Neighbour lists ------------------------------------------------------------------------------------------


def test_a_neighbour_list_goes_from_upload_to_sets(client: Client, manager: User) -> None:
    content = b"LA num,LA Name,SN1,SN2\n865,Wiltshire,E10000013,E06000051\nE06000051,Shropshire,865,E10000013\n"
    file = SimpleUploadedFile("list.csv", content)
    looking = client.post(LISTS, {"model": "dfe_2021", "valid_from": "2021-04-01", "file": file}, follow=True)
    assert "Shropshire" in text_of(looking)
    assert not NeighbourSet.objects.exists()
    done = client.post(f"{looking.request['PATH_INFO']}accept/", follow=True)
    assert "Stored: the neighbours of 2 authorities." in text_of(done)
    assert NeighbourSet.objects.get(area__code="E06000054").publication == Publication.objects.get()
    assert "dfe_2021" in text_of(client.get(LISTS))
    assert "no longer waits" in text_of(client.post(f"{looking.request['PATH_INFO']}accept/", follow=True))


@pytest.mark.parametrize(
    ("content", "fields", "says"),
    [
        (b"a,b\n1,2\n", {}, "not a neighbour list"),
        (b"LA num,LA Name,SN1\n865,Wiltshire,999\n", {}, "999 is no authority that the board knows"),
        (b"LA num,SN1\n865,E10000013\n", {"valid_to": "2020-01-01"}, "is before the first"),
        (b"LA num,SN1\n865,E10000013\n", {"model": ""}, "Say what the model is called"),
    ],
)
def test_a_list_that_cannot_be_is_told_and_not_kept(
    client: Client, content: bytes, fields: dict[str, str], says: str
) -> None:
    data = {"model": "dfe_2021", "valid_from": "2021-04-01", "file": SimpleUploadedFile("list.csv", content), **fields}
    refused = client.post(LISTS, data)
    assert refused.status_code == 422
    assert says in text_of(refused)
    assert not StagedPublication.objects.exists()


def test_a_list_that_stands_has_nothing_to_accept(client: Client, manager: User) -> None:
    first = a_staged_list(manager)
    client.post(f"{LISTS}{first.public_id}/accept/")
    again = a_staged_list(manager)
    assert "every list stands already" in text_of(client.get(f"{LISTS}{again.public_id}/"))
    assert "Nothing was stored" in text_of(client.post(f"{LISTS}{again.public_id}/accept/", follow=True))
