"""Print the figure ledger."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard.ledger import entry
from dashboard.reading import read_for
from dataset import boardtime
from dataset.definitions import Measure
from dataset.measures import BREAKDOWNS, MEASURES
from dataset.periods import PeriodError, Quarter, Window
from dataset.readings import read_breakdown
from dataset.selectors import load_evidence
from dataset.suppression import Audience


class Command(BaseCommand):
    help = "Print each measure's value with its parts, interval, status, comparators and the returns it came from."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", required=True, help='the quarter, such as "2016-17 Q4"')
        parser.add_argument("--window", choices=[str(window) for window in Window], default="quarter")
        parser.add_argument("--measure", nargs="+", action="extend", default=[], metavar="CODE")
        parser.add_argument("--breakdown", default="", help="also give the categories of this breakdown")
        parser.add_argument("--audience", choices=[str(audience) for audience in Audience], default="restricted")
        parser.add_argument("--as-at", default="", metavar="ISO", help="a date or moment; a date is its end")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            quarter = Quarter.parse(options["quarter"])
        except PeriodError as problem:
            raise CommandError(str(problem), returncode=1) from problem
        if options["breakdown"] and options["breakdown"] not in BREAKDOWNS:
            raise CommandError(f"There is no breakdown “{options['breakdown']}”; use one of {', '.join(BREAKDOWNS)}.")
        measures = _measures(options["measure"])
        window, audience = Window(options["window"]), Audience(options["audience"])
        evidence = load_evidence(
            measures, quarter, as_at=_moment(options["as_at"]), breakdown=options["breakdown"], quarters=24
        )
        if evidence is None:
            raise CommandError("The board is not set up: load its population and its returns first.", returncode=1)
        readings = read_for(measures, evidence, quarter, window, audience_for=lambda _: audience, points=1)
        lines = []
        for code, reading in readings.items():
            parts = None
            if options["breakdown"]:
                parts = read_breakdown(
                    MEASURES[code],
                    evidence,
                    quarter,
                    window,
                    options["breakdown"],
                    audience=audience,
                    maximum=settings.SUPPRESSION_MAXIMUM,
                )
            lines.append(entry(reading, parts))
        self.stdout.write(json.dumps(lines, ensure_ascii=False, indent=1) if options["json"] else _table(lines))


def _measures(codes: list[str]) -> list[Measure]:
    unknown = [code for code in codes if code.upper() not in MEASURES]
    if unknown:
        raise CommandError(f"There is no measure {', '.join(unknown)}.", returncode=1)
    return [MEASURES[code.upper()] for code in codes] or list(MEASURES.values())


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2017-03-31"):
            return boardtime.end_of(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise CommandError(f"“{text}” is not a date or moment like 2017-03-31 or 2017-03-31T12:00.") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _table(lines: list[dict[str, Any]]) -> str:
    rows = []
    for line in lines:
        number = "" if line["value"] is None else f"{line['value']:,.1f}"
        rows.append(f"{line['reference']:26} {number or line['state']:>14}  {line['status']:14} {line['title']}")
    return "\n".join(rows)
