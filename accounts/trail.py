"""The one writer of the event trail."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import models

from accounts.models import Agency, Event, User

SYSTEM = "system"
_VERB = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


def record_event(
    *,
    verb: str,
    by: User | None,
    subject: models.Model,
    agency: Agency | None = None,
    detail: Mapping[str, Any] | None = None,
    by_label: str = SYSTEM,
) -> Event:
    """Store who did what to what, now by the real clock.

    `verb` is the subject's word and what happened to it, such as 'return.accepted'. `subject` is any stored
    model with a `public_id`. `by` is nobody when a command or the system acted, and then `by_label` says
    which. `detail` holds facts that JSON can carry (counts, codes, names of fields) and never personal
    data.

    Call it inside the transaction that does the deed, so that both stand or neither.
    """
    if not _VERB.fullmatch(verb):
        raise ValueError(f"The verb {verb!r} is not two short words with a dot, such as 'return.accepted'.")
    public_id = getattr(subject, "public_id", None)
    if not public_id:
        raise TypeError(f"{subject._meta.label} has no public_id, so no event can point at it.")
    return Event.objects.create(
        verb=verb,
        actor=by,
        actor_label=by_label if by is None else str(by),
        subject_type=subject._meta.label_lower,
        subject_id=public_id,
        agency=agency,
        detail=dict(detail or {}),
    )


def events_about(subject: models.Model) -> models.QuerySet[Event]:
    """Everything the trail holds about `subject` (which must have a `public_id`), oldest first."""
    return Event.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=getattr(subject, "public_id"),  # noqa: B009
    )
