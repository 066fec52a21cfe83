"""The checks in the background that a reader should know of: going on, stopped, or ended in something to put right."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from dataset.models import CheckStage, QuarterlyReturn, StagedUpload
from dataset.permissions import staged_uploads_visible_to


def unfinished_checks(reader: User) -> list[StagedUpload]:
    """Newest first. One that was refused is told until the same return was sent again."""
    same = {name: OuterRef(name) for name in ("return_type", "supplier", "area", "quarter_ordinal")}
    later = {**same, "uploaded_at__gt": OuterRef("uploaded_at")}
    sent_again = Exists(QuarterlyReturn.objects.filter(**later)) | Exists(StagedUpload.objects.filter(**later))
    refused = Q(stage=CheckStage.REFUSED)
    found = staged_uploads_visible_to(reader).exclude(stage=CheckStage.READY).exclude(refused & Q(sent_again))
    return list(found.select_related("supplier", "uploaded_by"))
