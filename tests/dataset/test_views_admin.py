"""The manager sets how long an agency has; published figures are only read."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Event
from accounts.roles import Role
from dataset.models import Area, Obligation, Target
from tests.builders import a_board, a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    a_board()
    return a_client(a_user(Role.MANAGER, "BOARD"))


def test_the_manager_changes_how_many_days_an_agency_has_and_the_trail_says_so(manager: Client) -> None:
    owed = Obligation.objects.get(return_type="referrals")
    address = reverse("admin:dataset_obligation_change", args=[owed.pk])
    assert manager.post(address, {"days_after_quarter_end": "45"}).status_code == 302
    owed.refresh_from_db()
    assert owed.days_after_quarter_end == 45
    kept = Obligation.objects.get(return_type="referrals", replaced_at__isnull=False)
    assert (kept.days_after_quarter_end, kept.replaced_at) == (30, owed.recorded_at)
    event = Event.objects.get(verb="obligation.changed")
    assert event.detail == {"return_type": "referrals", "days_after_quarter_end": 45}
    assert event.agency == owed.supplier


def test_who_owes_what_is_not_changed_here(manager: Client) -> None:
    owed = Obligation.objects.get(return_type="referrals")
    address = reverse("admin:dataset_obligation_change", args=[owed.pk])
    manager.post(address, {"days_after_quarter_end": "45", "return_type": "assessments", "first_quarter": "1"})
    after = Obligation.objects.get(pk=owed.pk)
    assert (after.return_type, after.first_quarter) == (owed.return_type, owed.first_quarter)
    assert manager.get(reverse("admin:dataset_obligation_add")).status_code == 403
    assert manager.post(reverse("admin:dataset_obligation_delete", args=[owed.pk])).status_code == 403


@pytest.mark.parametrize("model", ["area", "population", "neighbourset", "benchmark", "target"])
def test_reference_data_is_read_and_never_edited(manager: Client, model: str) -> None:
    assert manager.get(reverse(f"admin:dataset_{model}_changelist")).status_code == 200
    assert manager.get(reverse(f"admin:dataset_{model}_add")).status_code == 403


def test_an_areas_page_opens_without_a_way_to_save(manager: Client) -> None:
    area = Area.objects.get()
    address = reverse("admin:dataset_area_change", args=[area.pk])
    assert b'name="_save"' not in manager.get(address).content
    assert manager.post(address, {"name": "Elsewhere"}).status_code == 403


@pytest.mark.parametrize("role", [Role.DATA_OFFICER, Role.QUALITY, Role.AUDITOR])
def test_others_do_not_enter(role: Role) -> None:
    a_board()
    client = a_client(a_user(role, "CSC"))
    assert client.get(reverse("admin:dataset_obligation_changelist")).status_code == 302
    assert Target.objects.count() == 0
