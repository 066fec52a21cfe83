"""What a board needs before its first return: who owes what, and the area's localities."""

from accounts.models import Agency
from dataset.models import Area, Obligation
from dataset.owing import types_owed_by
from dataset.periods import Quarter

DAYS_AFTER_QUARTER_END = 30


def ensure_obligations(first: Quarter, days: int = DAYS_AFTER_QUARTER_END) -> int:
    """Give every supplier an obligation for each return that the definitions say it owes; returns how many are new."""
    existing = set(Obligation.objects.known().values_list("return_type", "supplier_id"))
    missing = [
        Obligation(return_type=code, supplier=supplier, days_after_quarter_end=days, first_quarter=first.ordinal)
        for supplier in Agency.objects.all()
        for code in types_owed_by(supplier.code)
        if (code, supplier.pk) not in existing
    ]
    Obligation.objects.bulk_create(missing)
    return len(missing)


def set_localities(area: Area, names: list[str]) -> None:
    area.localities = sorted(names)
    area.save(update_fields=["localities"])
