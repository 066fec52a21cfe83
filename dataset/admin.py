"""Where the board manager reads the reference data and says how long each agency has for its returns."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from accounts.admin_rights import RightsAdmin
from accounts.models import User
from accounts.roles import Right
from accounts.trail import record_event
from dataset.models import Area, Benchmark, Neighbour, NeighbourSet, Obligation, Population, Target
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from dataset.scheduling import keep_terms

admin.site.unregister(DBTaskResult)  # a superuser's page, outside the table of rights; the queue is the worker's alone


class ReferenceAdmin(RightsAdmin):
    """Published figures, to read: they come in by their loaders and are never edited."""

    view_right = Right.MANAGE_REFERENCE_DATA


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["name", "code", "legacy_code", "level"]
    list_filter = ["level"]
    search_fields = ["name", "code"]


@admin.register(Population)
class PopulationAdmin(ReferenceAdmin):
    list_display = ["area", "mid_year", "age_group", "people", "vintage", "recorded_at"]
    list_filter = ["age_group", "mid_year"]
    list_select_related = ["area"]


class NeighbourInline(admin.TabularInline):
    model = Neighbour
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("area")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the set's own page has asked

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NeighbourSet)
class NeighbourSetAdmin(ReferenceAdmin):
    list_display = ["area", "model", "valid_from", "valid_to", "recorded_at"]
    list_filter = ["model"]
    list_select_related = ["area"]
    search_fields = ["area__name"]
    inlines = [NeighbourInline]


@admin.register(Benchmark)
class BenchmarkAdmin(ReferenceAdmin):
    list_display = ["key", "area", "period", "value", "state", "unit", "recorded_at"]
    list_filter = ["period", "key"]
    list_select_related = ["area"]
    search_fields = ["key", "area__name"]


@admin.register(Target)
class TargetAdmin(ReferenceAdmin):
    list_display = ["measure", "valid_from", "green_edge", "red_edge", "inclusive", "owner", "reason", "recorded_at"]
    search_fields = ["measure"]


@admin.register(Obligation)
class ObligationAdmin(RightsAdmin):
    """Who owes which return: the manager sets how many days after the quarter's end it is due."""

    change_right = Right.MANAGE_REFERENCE_DATA
    list_display = ["supplier", "title", "days_after_quarter_end", "from_quarter", "to_quarter"]
    list_display_links = ["title"]
    list_filter = ["supplier"]
    list_select_related = ["supplier"]
    fields = ["supplier", "title", "days_after_quarter_end", "from_quarter", "to_quarter"]
    readonly_fields = ["supplier", "title", "from_quarter", "to_quarter"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Obligation]":
        return super().get_queryset(request).filter(replaced_at__isnull=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="return")
    def title(self, obligation: Obligation) -> str:
        kind = RETURN_TYPES.get(obligation.return_type)
        return kind.title if kind else obligation.return_type

    @admin.display(description="from", ordering="first_quarter")
    def from_quarter(self, obligation: Obligation) -> str:
        return str(Quarter.from_ordinal(obligation.first_quarter))

    @admin.display(description="to", ordering="last_quarter")
    def to_quarter(self, obligation: Obligation) -> str:
        return "no end" if obligation.last_quarter is None else str(Quarter.from_ordinal(obligation.last_quarter))

    def save_model(self, request: HttpRequest, obj: Obligation, form: forms.ModelForm, change: bool) -> None:
        if form.changed_data:
            keep_terms(obj)
        super().save_model(request, obj, form, change)
        if form.changed_data:
            record_event(
                verb="obligation.changed",
                by=cast(User, request.user),
                subject=obj.supplier,
                agency=obj.supplier,
                detail={"return_type": obj.return_type, "days_after_quarter_end": obj.days_after_quarter_end},
            )
