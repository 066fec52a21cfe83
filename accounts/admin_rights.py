"""The admin, opened by the table of rights instead of Django's permission rows.

The admin itself opens for those with `Right.MANAGE_USERS` board-wide and for superusers (`User.is_staff`).
Each model in it then asks for its own right. A superuser without a membership may look after people and
agencies (`superuser_may`), and nothing else, so that somebody can make the first manager.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.permissions import can
from accounts.roles import Right


class RightsAdmin(admin.ModelAdmin):
    """A model admin that asks for `change_right` to write and `view_right` (by default the same) to read."""

    change_right: Right | None = None  # None: nobody writes
    view_right: Right | None = None
    superuser_may = False

    def may_view(self, request: HttpRequest) -> bool:
        right = self.view_right or self.change_right
        return self._may(request, right)

    def may_change(self, request: HttpRequest) -> bool:
        return self._may(request, self.change_right)

    def _may(self, request: HttpRequest, right: Right | None) -> bool:
        if right is None:
            return False
        return can(request.user, right) or (self.superuser_may and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_view(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)
