"""What is done to people and their roles: each verb in one transaction, leaving one event.

Events about a person point at their public id; what is told of a change is the names of the fields, not
their values.
"""

from collections.abc import Collection

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Agency, Membership, User
from accounts.roles import Role
from accounts.trail import SYSTEM, record_event


@transaction.atomic
def add_user(*, email: str, name: str, by: User | None, password: str | None = None, by_label: str = SYSTEM) -> User:
    """Store a person. Without a password they cannot sign in until they use a link (`send_password_link`)."""
    user = User.objects.create_user(email, password, name=name)
    record_event(verb="user.added", by=by, by_label=by_label, subject=user)
    return user


@transaction.atomic
def save_user(*, user: User, changed: Collection[str], by: User | None) -> None:
    """Store `user`, whose fields named in `changed` have new values."""
    user.save()
    if "email" in changed:
        # allauth lets people sign in with every address it has seen; the former one must stop working.
        EmailAddress.objects.filter(user=user).delete()
    if changed:
        record_event(verb="user.changed", by=by, subject=user, detail={"fields": sorted(changed)})


@transaction.atomic
def grant_role(*, user: User, agency: Agency, role: Role | str, by: User | None, by_label: str = SYSTEM) -> Membership:
    """Give `user` the role at the agency; giving what is held already changes nothing and leaves no event."""
    membership, added = Membership.objects.get_or_create(user=user, agency=agency, role=Role(role))
    if added:
        _forget_held_roles(user)
        record_event(
            verb="membership.granted", by=by, by_label=by_label, subject=user, agency=agency,
            detail={"role": membership.role},
        )  # fmt: skip
    return membership


@transaction.atomic
def withdraw_role(*, membership: Membership, by: User | None) -> None:
    """Take away a role that was granted."""
    user, agency, role = membership.user, membership.agency, membership.role
    membership.delete()
    _forget_held_roles(user)
    record_event(verb="membership.withdrawn", by=by, subject=user, agency=agency, detail={"role": role})


def send_password_link(*, user: User, request: HttpRequest, by: User) -> bool:
    """Mail `user` a link with which to choose a password; no password is ever mailed.

    Answers whether a link was sent: an inactive person gets none.
    """
    form = ResetPasswordForm({"email": user.email})
    if not (user.is_active and form.is_valid()):
        return False
    with transaction.atomic():
        record_event(verb="user.password_link_sent", by=by, subject=user)
        form.save(request)
    return True


def _forget_held_roles(user: User) -> None:
    user.__dict__.pop("held_roles", None)
