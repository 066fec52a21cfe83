"""What every template may know about the reader."""

from typing import Any

from django.http import HttpRequest

from accounts.permissions import can_somewhere, roles_of
from accounts.roles import Right


def who(request: HttpRequest) -> dict[str, Any]:
    """`rights.<right>` (true where the reader has it for some agency) and `roles` (labels), for navigation.

    Costs at most the one query that reads the reader's memberships; none when nobody is signed in.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"rights": {right.value: False for right in Right}, "roles": []}
    return {
        "rights": {right.value: can_somewhere(user, right) for right in Right},
        "roles": [role.label for role in roles_of(user)],
    }
