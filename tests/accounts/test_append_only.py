"""Rows that are stored stay as they are, whichever way one comes at them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.append_only import AppendOnlyError, AppendOnlyModel, trigger_name
from accounts.models import Event
from accounts.trail import record_event
from tests.builders import an_agency

pytestmark = pytest.mark.django_db

GROWING = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]


@pytest.fixture
def event() -> Event:
    agency = an_agency()
    return record_event(verb="agency.added", by=None, subject=agency, agency=agency)


def change_by_saving(event: Event) -> None:
    event.verb = "agency.changed"
    event.save()


def change_by_saving_again_under_the_same_key(event: Event) -> None:
    Event(pk=event.pk, verb="x.y", actor_label="x", subject_type="x", subject_id="x").save()


WAYS: dict[str, Callable[[Event], object]] = {
    "save": change_by_saving,
    "save one field": lambda event: event.save(update_fields=["verb"]),
    "delete": lambda event: event.delete(),
    "update many": lambda event: Event.objects.update(verb="x.y"),
    "update filtered": lambda event: Event.objects.filter(pk=event.pk).update(verb="x.y"),
    "update in bulk": lambda event: Event.objects.bulk_update([event], ["verb"]),
    "update or create": lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"verb": "x.y"}),
    "upsert": lambda event: Event.objects.bulk_create(
        [event], update_conflicts=True, update_fields=["verb"], unique_fields=["id"]
    ),
    "delete many": lambda event: Event.objects.all().delete(),
    "delete filtered": lambda event: Event.objects.filter(pk=event.pk).delete(),
    "through the base manager": lambda event: Event._base_manager.update(verb="x.y"),
    "through a relation": lambda event: event.agency.events.update(verb="x.y"),
    "by clearing a relation": lambda event: event.agency.events.clear(),
}


@pytest.mark.parametrize("way", WAYS)
def test_python_refuses(way: str, event: Event) -> None:
    with pytest.raises(AppendOnlyError, match=r"accounts\.Event is append-only"):
        WAYS[way](event)
    assert Event.objects.get().verb == "agency.added"


def test_a_stored_key_cannot_be_used_again(event: Event) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change_by_saving_again_under_the_same_key(event)
    assert Event.objects.get().verb == "agency.added"


def test_many_can_be_added_at_once(event: Event) -> None:
    Event.objects.bulk_create(
        Event(verb="a.b", actor_label="system", subject_type="x", subject_id=str(number)) for number in range(3)
    )
    assert Event.objects.count() == 4


@pytest.mark.parametrize("model", GROWING, ids=lambda model: model._meta.label)
def test_every_growing_table_has_its_trigger(model: type[models.Model]) -> None:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(catalogue, [model._meta.db_table])
        assert cursor.fetchall() == [(trigger_name(model._meta.db_table),)]


@pytest.mark.parametrize("model", GROWING, ids=lambda model: model._meta.label)
def test_foreign_keys_of_growing_tables_protect(model: type[models.Model]) -> None:
    keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    loose = [key.name for key in keys if key.remote_field.on_delete is not models.PROTECT]
    assert loose == []


def test_the_database_refuses_an_update(event: Event) -> None:
    with (
        pytest.raises(IntegrityError, match="accounts_event is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_event SET verb = 'x.y'")
    assert Event.objects.get().verb == "agency.added"


@pytest.mark.postgresql
def test_postgresql_refuses_a_delete(event: Event) -> None:
    with (
        pytest.raises(IntegrityError, match="accounts_event is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_event")
    assert Event.objects.get() == event


def test_the_trail_keeps_the_real_clock(event: Event) -> None:
    assert timezone.now() - event.at < timedelta(minutes=1)
