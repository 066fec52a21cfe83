"""A published file between its upload and its acceptance: kept for a day, read again at each step."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.trail import record_event
from dataset.models import FileLayout, Publication, StagedPublication
from dataset.reference.choosing import Choice, Part
from dataset.reference.issue import (
    Issue,
    Outlook,
    choices_for,
    digest_of,
    look_ahead,
    read_issue,
    store_issue,
    usual_name,
)
from dataset.reference.neighbour_list import ListIssue, ListOutlook, look_ahead_list, read_list, store_list
from dataset.reference.published import PublishedFile

LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """A staged file as it was read, and what was chosen of it so far."""

    staged: StagedPublication
    file: PublishedFile
    choices: tuple[Choice, ...]

    @property
    def issue(self) -> Issue:
        assert self.staged.published_on is not None
        return Issue(self.staged.name, self.staged.published_on, self.staged.file_digest)

    def outlook(self) -> Outlook:
        return look_ahead(self.file, self.choices, self.issue)


def drop_old() -> None:
    """Forget the files that nobody accepted within a day."""
    StagedPublication.objects.filter(uploaded_at__lt=timezone.now() - LIFE).delete()


def waiting_publications() -> Iterable[StagedPublication]:
    """The files that await acceptance, without their contents."""
    since = timezone.now() - LIFE
    return StagedPublication.objects.filter(uploaded_at__gte=since).defer("content").select_related("uploaded_by")


def find_staged(public_id: str, *, neighbours: bool = False) -> StagedPublication | None:
    """The file that waits under the address, if it is younger than a day."""
    kinds = [FileLayout.NEIGHBOURS] if neighbours else [FileLayout.EES, FileLayout.LONG]
    since = timezone.now() - LIFE
    return StagedPublication.objects.filter(public_id=public_id, layout__in=kinds, uploaded_at__gte=since).first()


def stage_publication(*, content: bytes, file_name: str, name: str, published_on: date, by: User) -> Waiting:
    """Read the file and keep it, with what was chosen for the publication's earlier issues. Raises FileRefused."""
    file = read_issue(content)
    name = usual_name(name)
    choices = choices_for(name, file)
    staged = _keep(
        content, file_name, by, layout=file.layout, name=name, published_on=published_on, choices=_as_json(choices)
    )
    return Waiting(staged, file, choices)


def stage_list(
    *, content: bytes, file_name: str, model: str, valid_from: date, valid_to: date | None, by: User
) -> StagedPublication:
    """Read a neighbour list and keep it. Raises FileRefused, and then keeps nothing."""
    look_ahead_list(read_list(content), ListIssue(model, valid_from, valid_to, digest_of(content)))
    return _keep(
        content, file_name, by, layout=FileLayout.NEIGHBOURS, name=model, valid_from=valid_from, valid_to=valid_to
    )


def _keep(content: bytes, file_name: str, by: User, **fields: Any) -> StagedPublication:
    drop_old()
    return StagedPublication.objects.create(
        file_name=file_name[:200],
        file_digest=digest_of(content),
        content=zlib.compress(content, 1),
        uploaded_by=by,
        uploaded_at=timezone.now(),
        **fields,
    )


def open_staged(staged: StagedPublication) -> Waiting:
    """The staged file read again. Raises FileRefused where the reading has since changed its mind."""
    file = read_issue(_content(staged), staged.layout)
    return Waiting(staged, file, _from_json(staged.choices))


def _content(staged: StagedPublication) -> bytes:
    return zlib.decompress(bytes(staged.content))


def save_choices(waiting: Waiting, choices: Sequence[Choice]) -> Waiting:
    """Keep what was chosen, right or wrong: a reload shows it again."""
    waiting.staged.choices = _as_json(choices)
    waiting.staged.save(update_fields=["choices"])
    return Waiting(waiting.staged, waiting.file, tuple(choices))


def _as_json(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    return [
        {"indicator": one.indicator, "key": one.key, "part": one.part.value, "filters": dict(one.filters)}
        for one in choices
    ]


def _from_json(stored: Iterable[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(one["indicator"], one["key"], Part(one["part"]), tuple(one["filters"].items())) for one in stored
    )


@transaction.atomic
def accept_publication(
    *, public_id: str, agreed: str, confirmed: bool, by: User
) -> tuple[Publication | None, Outlook] | None:
    """Store the waiting file's figures and forget the file. Raises FileRefused, and then it goes on waiting.

    None where nothing waits any more: another press of the button was first, or a day went by.
    """
    if not StagedPublication.objects.select_for_update().filter(public_id=public_id).exists():
        return None
    staged = find_staged(public_id)
    if staged is None:
        return None
    waiting = open_staged(staged)
    stored = store_issue(
        file=waiting.file, choices=waiting.choices, issue=waiting.issue, by=by, agreed=agreed, confirmed=confirmed
    )
    staged.delete()
    return stored


def list_of(staged: StagedPublication) -> ListIssue:
    assert staged.valid_from is not None
    return ListIssue(staged.name, staged.valid_from, staged.valid_to, staged.file_digest)


def outlook_of_list(staged: StagedPublication) -> ListOutlook:
    """What the waiting neighbour list would do. Raises FileRefused."""
    return look_ahead_list(read_list(_content(staged)), list_of(staged))


@transaction.atomic
def accept_list(*, public_id: str, by: User) -> tuple[Publication | None, ListOutlook] | None:
    """Store the waiting neighbour list and forget the file; None where nothing waits any more. Raises FileRefused."""
    if not StagedPublication.objects.select_for_update().filter(public_id=public_id).exists():
        return None
    staged = find_staged(public_id, neighbours=True)
    if staged is None:
        return None
    stored = store_list(ranked=read_list(_content(staged)), issue=list_of(staged), by=by)
    staged.delete()
    return stored


@transaction.atomic
def abandon_staged(*, public_id: str, by: User) -> bool:
    """Forget the file; whether it was there."""
    staged = StagedPublication.objects.select_for_update().filter(public_id=public_id).first()
    if staged is None:
        return False
    record_event(verb="publication.abandoned", by=by, subject=staged, detail={"name": staged.name})
    staged.delete()
    return True
