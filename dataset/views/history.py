"""What became of a return: two versions side by side, withdrawing one, and locking a quarter's."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import audience_of, require
from accounts.roles import Right
from dataset.definitions import DataItem
from dataset.ingest.gathering import current_version_like
from dataset.ingest.locking import lock_returns
from dataset.ingest.withdrawing import ReasonRefused, WithdrawalRefused, withdraw_return
from dataset.models import ReturnState
from dataset.periods import PeriodError, Quarter
from dataset.rehearsal import changes
from dataset.suppression import Audience
from dataset.tables import FiguresTable
from dataset.versioning import compare_rows
from dataset.views.versions import about, show_version, visible_version
from dataset.views.who import person


@require_safe
def compare(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Two versions of one return: the lower number is the earlier, whichever stands first in the address."""
    reader = person(request)
    found = [visible_version(reader, one) for one in (public_id, other_id)]
    if any(one.state == ReturnState.CANDIDATE for one in found) or len({_return_of(one) for one in found}) > 1:
        raise Http404("Only accepted versions of one return can be compared.")
    earlier, later = sorted(found, key=lambda one: one.version or 0)

    def audience(item: DataItem) -> Audience:
        return Audience(audience_of(reader, item.owner))

    moved = changes(later, earlier, audience, settings.SUPPRESSION_MAXIMUM)
    context = {
        **about(later),
        "earlier": earlier,
        "later": later,
        "rows": compare_rows(earlier, later),
        "audience": audience_of(reader, later.supplier.code),
        "changed_count": sum(1 for change in moved if change.is_change),
        "table": FiguresTable(moved, version=later, before=earlier),
    }
    return render(request, "returns/compare.html", context)


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    version = visible_version(reader, public_id)
    require(reader, Right.WITHDRAW_RETURN, version.supplier)
    reason = request.POST.get("reason", "")
    try:
        withdrawn = withdraw_return(version=version, by=reader, reason=reason)
    except ReasonRefused as refused:
        return show_version(request, reader, version, withdrawal_reason=reason, withdrawal_problem=str(refused))
    except WithdrawalRefused as refused:
        messages.warning(request, str(refused))
        return redirect("returns:detail", version.public_id)
    current = current_version_like(withdrawn)
    after = (
        f"Version {current.version} stands again." if current else f"The return is owed again for {version.quarter}."
    )
    messages.success(request, f"Version {withdrawn.version} is withdrawn. {after}")
    return redirect("returns:detail", (current or withdrawn).public_id)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    require(reader, Right.LOCK_RETURN)
    try:
        quarter = Quarter.parse(request.POST.get("quarter", ""))
    except PeriodError as problem:
        messages.warning(request, str(problem))
        return redirect("returns:home")
    locked = lock_returns(quarter=quarter, by=reader)
    if locked:
        many = "s" * (locked != 1)
        messages.success(request, f"{locked} return{many} for {quarter} can no longer be withdrawn, only corrected.")
    else:
        messages.info(request, f"No return for {quarter} was left to lock.")
    return redirect(f"{reverse('returns:home')}?quarter={quarter.slug}")


def _return_of(version: object) -> tuple[object, ...]:
    return tuple(getattr(version, name) for name in ("return_type", "supplier_id", "area_id", "quarter_ordinal"))
