"""Where the board manager looks after people, their roles and the agencies, and reads the trail."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.actions import grant_role, save_user, send_password_link, withdraw_role
from accounts.admin_rights import RightsAdmin
from accounts.models import Agency, Event, Membership, User
from accounts.roles import Right
from accounts.trail import record_event

# One door: the admin has no sign-in form of its own, so whatever sign-in asks for is asked here too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Looking after the board"
admin.site.site_title = "Looking after the board"
admin.site.index_title = "People, agencies and reference data"


class NewPersonForm(forms.ModelForm):
    """A person without a password; a link lets them choose their own."""

    send_link = forms.BooleanField(
        label="Send a link to choose a password",
        required=False,
        initial=True,
        help_text="No password is mailed. You can send another link later, from the list of people.",
    )

    class Meta:
        model = User
        fields = ["name", "email"]


class MembershipInline(admin.TabularInline):
    """The roles of a person: granted and withdrawn, never edited, so that the trail says which."""

    model = Membership
    extra = 1
    autocomplete_fields = ["agency"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the person's own page has asked

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(User)
class UserAdmin(RightsAdmin):
    """People. Added without a password, made inactive instead of deleted."""

    change_right = Right.MANAGE_USERS
    superuser_may = True
    list_display = ["name", "email", "roles_held", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role", "memberships__agency"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login", "added_at"]
    inlines = [MembershipInline]
    actions = ["send_links"]

    @admin.display(description="roles")
    def roles_held(self, user: User) -> str:
        return "; ".join(str(membership) for membership in user.memberships.all()) or "none"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__agency")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ["name", "email", "send_link"]
        # Only a superuser makes another one.
        powers = ["is_superuser"] if _is_superuser(request) else []
        return ["name", "email", "is_active", *powers, "last_login", "added_at"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if change:
            save_user(user=obj, changed=form.changed_data, by=_actor(request))
            return
        obj.set_unusable_password()
        obj.save()
        record_event(verb="user.added", by=_actor(request), subject=obj)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for membership in formset.deleted_objects:
            withdraw_role(membership=membership, by=_actor(request))
        for membership in formset.new_objects:
            grant_role(user=membership.user, agency=membership.agency, role=membership.role, by=_actor(request))

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change and form.cleaned_data["send_link"]:
            self._send_link(request, form.instance)

    @admin.action(description="Send a link to choose a password")
    def send_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if self.has_change_permission(request, user):
                self._send_link(request, user)

    def _send_link(self, request: HttpRequest, user: User) -> None:
        if send_password_link(user=user, request=request, by=_actor(request)):
            self.message_user(request, f"A link to choose a password was sent to {user.email}.")
        else:
            self.message_user(
                request,
                f"No link was sent to {user.email}, because that person is not active.",
                messages.WARNING,
            )


@admin.register(Membership)
class MembershipAdmin(RightsAdmin):
    """Who holds which role where: granted and withdrawn, never edited."""

    change_right = Right.MANAGE_USERS
    superuser_may = True
    list_display = ["user", "role", "agency"]
    list_filter = ["role", "agency"]
    list_select_related = ["user", "agency"]
    search_fields = ["user__name", "user__email", "agency__code", "agency__name"]
    autocomplete_fields = ["user", "agency"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        granted = grant_role(user=obj.user, agency=obj.agency, role=obj.role, by=_actor(request))
        obj.pk = granted.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        withdraw_role(membership=obj, by=_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset:
            withdraw_role(membership=membership, by=_actor(request))


@admin.register(Agency)
class AgencyAdmin(RightsAdmin):
    """The suppliers. One that no longer sends returns is made inactive: its returns stay."""

    change_right = Right.MANAGE_USERS
    superuser_may = True
    list_display = ["code", "name", "organisation", "kind", "identifier_space", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["code", "name", "organisation"]

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> list[str]:
        # Commands and files name an agency by its code, and identifiers were hashed by their space.
        return [] if obj is None else ["code", "identifier_space"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Agency, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and not form.changed_data:
            return
        record_event(
            verb="agency.changed" if change else "agency.added", by=_actor(request), subject=obj, agency=obj,
            detail={"fields": sorted(form.changed_data)},
        )  # fmt: skip


@admin.register(Event)
class EventAdmin(RightsAdmin):
    """The trail, to read."""

    view_right = Right.SEE_TRAIL
    list_display = ["at", "actor_label", "verb", "subject_type", "subject_id", "agency"]
    list_filter = ["verb", "agency"]
    list_select_related = ["agency"]
    search_fields = ["subject_id", "actor_label", "verb"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin is shut to everyone else
    return request.user
