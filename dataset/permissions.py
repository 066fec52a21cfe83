"""Who may do what with returns and figures: questions, and the querysets that answer them for lists."""

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency
from accounts.permissions import agencies_where, audience_of, can
from accounts.roles import Right
from dataset.definitions import Measure
from dataset.ingest.forgetting import CANDIDATE_LIFE, is_forgotten
from dataset.measures import ITEMS
from dataset.models import QuarterlyReturn, Restatement, ReturnState, StagedUpload
from dataset.suppression import Audience

Person = AbstractBaseUser | AnonymousUser


def can_upload_return(user: Person, supplier: Agency) -> bool:
    return can(user, Right.UPLOAD_RETURN, supplier)


def can_accept_return(user: Person, candidate: QuarterlyReturn) -> bool:
    is_waiting = candidate.state == ReturnState.CANDIDATE and not is_forgotten(candidate)
    return is_waiting and can(user, Right.ACCEPT_RETURN, candidate.supplier)


def can_withdraw_return(user: Person, version: QuarterlyReturn) -> bool:
    return version.state == ReturnState.ACCEPTED and can(user, Right.WITHDRAW_RETURN, version.supplier)


def can_see_return(user: Person, version: QuarterlyReturn) -> bool:
    """A candidate is seen by those who could accept it, for a day; an accepted return by all with the right to it."""
    if is_forgotten(version):
        return False
    right = Right.ACCEPT_RETURN if version.state == ReturnState.CANDIDATE else Right.SEE_RETURN
    return can(user, right, version.supplier)


def can_answer_query(user: Person, version: QuarterlyReturn) -> bool:
    """A locked version may be answered, as no figure changes; a withdrawn or purged one not."""
    is_there = version.state != ReturnState.WITHDRAWN and version.purged_at is None
    return is_there and can(user, Right.ANSWER_QUERY, version.supplier)


def can_see_restatement(user: Person, restatement: Restatement) -> bool:
    """While it waits it is seen by those who could accept it, afterwards by all with the right to its supplier."""
    right = Right.ACCEPT_RETURN if restatement.accepted_at is None else Right.SEE_RETURN
    return can(user, right, restatement.supplier)


def returns_visible_to(user: Person) -> "QuerySet[QuarterlyReturn]":
    """The versions, accepted and withdrawn, for which `can_see_return`."""
    suppliers = agencies_where(user, Right.SEE_RETURN)
    return QuarterlyReturn.objects.filter(version__isnull=False, supplier__in=suppliers)


def candidates_visible_to(user: Person) -> "QuerySet[QuarterlyReturn]":
    """The uploads awaiting acceptance for which `can_see_return`."""
    suppliers = agencies_where(user, Right.ACCEPT_RETURN)
    day_ago = timezone.now() - CANDIDATE_LIFE
    waiting = QuarterlyReturn.objects.filter(state=ReturnState.CANDIDATE, uploaded_at__gte=day_ago)
    return waiting.filter(supplier__in=suppliers)


def can_see_staged_upload(user: Person, upload: StagedUpload) -> bool:
    """A file that waits for its check is seen by those who may send the return."""
    return can(user, Right.UPLOAD_RETURN, upload.supplier)


def staged_uploads_visible_to(user: Person) -> "QuerySet[StagedUpload]":
    """The files for which `can_see_staged_upload`, without what is in them."""
    suppliers = agencies_where(user, Right.UPLOAD_RETURN)
    return StagedUpload.objects.filter(supplier__in=suppliers).defer("content", "findings")


def suppliers_to_upload_for(user: Person) -> "QuerySet[Agency]":
    return agencies_where(user, Right.UPLOAD_RETURN)


def suppliers_in_calendar_of(user: Person) -> "QuerySet[Agency]":
    return agencies_where(user, Right.SEE_CALENDAR)


def owners_of(measure: Measure) -> tuple[str, ...]:
    """The codes of the suppliers whose returns a measure is made of."""
    owners = {ITEMS[code].owner for code in measure.items if ITEMS[code].source not in ("reference", "system")}
    return tuple(sorted(owners))


def audience_for(user: Person) -> Callable[[Measure], Audience]:
    """The user's audience for each measure: restricted only where every owner's figures are theirs to see."""

    def answer(measure: Measure) -> Audience:
        owners: tuple[str | None, ...] = owners_of(measure) or (None,)
        restricted = all(audience_of(user, owner) == "restricted" for owner in owners)
        return Audience.RESTRICTED if restricted else Audience.EXECUTIVE

    return answer
