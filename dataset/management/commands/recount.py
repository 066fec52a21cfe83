"""Count data items again from the stored records, after a new one is defined."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dataset import boardtime
from dataset.definitions import DataItem
from dataset.ingest.counting import count_distinct, count_return
from dataset.measures import ITEMS
from dataset.models import RECORD_MODELS, Figure, QuarterlyReturn


class Command(BaseCommand):
    help = (
        "Count from the stored records every data item that a version has no figure for yet. A figure that is there "
        "is never counted over: what a past meeting saw stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--item", nargs="+", action="extend", default=[], metavar="CODE", help="only these items")

    def handle(self, *args: Any, **options: Any) -> None:
        items = _items(options["item"])
        added = 0
        versions = QuarterlyReturn.objects.filter(
            version__isnull=False, purged_at__isnull=True, return_type__in=RECORD_MODELS
        )
        for version in versions.order_by("quarter_ordinal", "version"):
            with transaction.atomic():
                added += recount(version, items)
        self.stdout.write(f"{added:,} figures added.")


def recount(version: QuarterlyReturn, items: list[DataItem]) -> int:
    """Store the figures of those items that the version lacks; returns how many."""
    counted = set(Figure.objects.filter(quarterly_return=version).values_list("item", flat=True))
    missing = [item for item in items if item.source == version.return_type and item.code not in counted]
    if not missing:
        return 0
    moment = boardtime.now()
    figures = count_return(version, counted_at=moment, items=missing)
    figures += count_distinct(version, counted_at=moment, items=missing)
    return len(Figure.objects.bulk_create(figures, batch_size=500))


def _items(codes: list[str]) -> list[DataItem]:
    unknown = [code for code in codes if code not in ITEMS or ITEMS[code].source not in RECORD_MODELS]
    if unknown:
        raise CommandError(f"There is no data item counted from records called {', '.join(unknown)}.", returncode=1)
    return [ITEMS[code] for code in codes] or [item for item in ITEMS.values() if item.source in RECORD_MODELS]
