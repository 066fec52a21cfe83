"""Remove a version's rows for ever: one person asks, another carries it out."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from dataset.ingest.purging import PurgeRefused, ask_purge, cancel_purge, purge_return
from dataset.models import QuarterlyReturn


class Command(BaseCommand):
    help = (
        "Remove the rows, pseudonyms and free text of one version of a return for ever; its figures stay. Two board "
        "managers are needed: the first run, with --reason, asks; a second run by another person does it. Exits 0 when "
        "asked, done or cancelled, 1 when refused, 2 when misused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("return", help="the version's id: the long word in the address of its page")
        parser.add_argument("--by", required=True, help="the e-mail address of the person who asks or does it")
        parser.add_argument("--reason", default="", help="why, in words that name nobody (with the first run)")
        parser.add_argument("--cancel", action="store_true", help="take back what was asked for")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        version = QuarterlyReturn.objects.select_related("area").filter(public_id=options["return"]).first()
        by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if version is None:
            raise CommandError("There is no return with this id. It stands in the address of the version's page.")
        if by is None:
            raise CommandError(f"Nobody here signs in as {options['by']}.")
        try:
            outcome, sentence = self._act(version, by, options)
        except PurgeRefused as refused:
            self._print({"outcome": "refused", "message": str(refused)}, as_json=options["json"])
            sys.exit(1)
        self._print({"outcome": outcome, "message": sentence, "version": str(version)}, as_json=options["json"])

    def _act(self, version: QuarterlyReturn, by: User, options: dict[str, Any]) -> tuple[str, str]:
        if options["cancel"]:
            cancel_purge(version=version, by=by)
            return "cancelled", "The purge is cancelled. Nothing was removed."
        if options["reason"]:
            ask_purge(version=version, by=by, reason=options["reason"])
            return "asked", "Asked for. Nothing is removed until another board manager runs this without --reason."
        removed = purge_return(version=version, by=by)
        return "purged", f"{removed:,} rows are gone for ever. The figures counted from them stay."

    def _print(self, report: dict[str, str], *, as_json: bool) -> None:
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if as_json else report["message"])
