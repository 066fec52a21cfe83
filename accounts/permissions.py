"""Who may do what: questions on a person's cached memberships, and their queryset twins.

Each question costs no query after the first of a request. Nobody signed out, inactive, or without a
membership may do anything, superusers included: being able to look after people is no reason to see
children's figures.
"""

from typing import Literal

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import Agency, Event, HeldRole, User
from accounts.roles import Reach, Right, Role, reach_of

Audience = Literal["restricted", "executive"]
Person = AbstractBaseUser | AnonymousUser


def can(user: Person, right: Right, agency: Agency | None = None) -> bool:
    """Whether `user` has `right` over what belongs to `agency`.

    Without an agency it asks about the whole board, so a right that reaches only one's own agency answers
    no: a view that forgets the agency shuts its door. To ask about any agency at all, see `can_somewhere`.
    """
    return any(
        reach is Reach.ANY or (agency is not None and held.agency_id == agency.pk)
        for held, reach in _holdings(user, right)
    )


def can_somewhere(user: Person, right: Right) -> bool:
    """Whether `user` has `right` for at least one agency: for navigation and pages that list one's own."""
    return bool(_holdings(user, right))


def require(user: Person, right: Right, agency: Agency | None = None) -> None:
    """Raise `PermissionDenied`, saying whom to ask, unless `can(user, right, agency)`."""
    if not can(user, right, agency):
        where = f" for {agency.name}" if agency is not None else ""
        raise PermissionDenied(f"You may not {right.label}{where}. If you should be able to, ask the board manager.")


def agencies_where(user: Person, right: Right) -> QuerySet[Agency]:
    """The agencies for which `can(user, right, agency)`."""
    holdings = _holdings(user, right)
    if any(reach is Reach.ANY for _, reach in holdings):
        return Agency.objects.all()
    return Agency.objects.filter(pk__in={held.agency_id for held, _ in holdings})


def audience_of(user: Person, owner_code: str | None) -> Audience:
    """Which audience `user` belongs to for a figure whose supplier has the code `owner_code`.

    Restricted readers see small numbers; see statistics, disclosure. A figure of several owners belongs to
    none: ask with `None`, and only those with board-wide sight are restricted. This says how much of a
    figure is shown, not whether the page opens: ask `can` for that first.
    """
    for held, reach in _holdings(user, Right.SEE_RESTRICTED_FIGURES):
        if reach is Reach.ANY or held.agency_code == owner_code:
            return "restricted"
    return "executive"


def can_see_event(user: Person, event: Event) -> bool:
    """Whether `user` may read this event of the trail."""
    return can(user, Right.SEE_TRAIL, event.agency)


def events_visible_to(user: Person) -> QuerySet[Event]:
    """The events for which `can_see_event`. The trail is the whole board's or nobody's."""
    return Event.objects.all() if can(user, Right.SEE_TRAIL) else Event.objects.none()


def roles_of(user: Person) -> tuple[Role, ...]:
    """The roles `user` holds anywhere, once each, in the order of `Role`."""
    held = {held.role for held in _held_roles(user)}
    return tuple(role for role in Role if role in held)


def _held_roles(user: Person) -> tuple[HeldRole, ...]:
    return user.held_roles if isinstance(user, User) and user.is_active else ()


def _holdings(user: Person, right: Right) -> list[tuple[HeldRole, Reach]]:
    """The memberships that give `right`, each with how far."""
    pairs = ((held, reach_of(held.role, right)) for held in _held_roles(user))
    return [(held, reach) for held, reach in pairs if reach is not Reach.NONE]
