"""Load lists of statistical neighbours: our own format, or a published list."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from dataset.management.load_command import LoadCommand
from dataset.reference.issue import digest_of
from dataset.reference.neighbour_list import (
    ListIssue,
    ListOutlook,
    list_faults,
    look_ahead_list,
    read_list,
    store_list,
)
from dataset.reference.neighbours import load_neighbours
from dataset.reference.published import FileRefused
from dataset.reference.table import Loaded


class Command(LoadCommand):
    help = (
        "Load statistical neighbours from a CSV file or workbook; lists already stored are left alone. With --format "
        "published it is a list as DfE, NFER or CIPFA give it: an authority's code and its neighbours across (SN1, "
        "SN2, …) or a line for each (rank, neighbour_code), with --model and --valid-from."
    )
    things = "neighbours"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=["own", "published"], default="own", help="the file's layout")
        parser.add_argument("--model", default="", help="what the model is called, such as dfe_2021")
        parser.add_argument("--valid-from", default="", metavar="DATE", help="the first day that it is in force")
        parser.add_argument("--valid-to", default="", metavar="DATE", help="the last day, where it is known")
        parser.add_argument("--rehearse", action="store_true", help="say what would change; store nothing")
        parser.add_argument("--by", default="", help="who loads it: a user's e-mail address, or a name for the trail")

    def load(self, path: Path) -> Loaded:
        return load_neighbours(path)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "own":
            if options["rehearse"] or options["model"] or options["valid_from"] or options["valid_to"]:
                raise CommandError("--rehearse, --model and the days go with --format published.", returncode=2)
            super().handle(*args, **options)
            return
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        first, last = _day("--valid-from", options["valid_from"]), _day("--valid-to", options["valid_to"])
        faults = list_faults(options["model"], first, last)
        if faults:
            raise CommandError(" ".join(fault.message for fault in faults), returncode=2)
        assert first is not None
        content = path.read_bytes()
        issue = ListIssue(options["model"].strip(), first, last, digest_of(content))
        try:
            ranked = read_list(content)
            if options["rehearse"]:
                self._tell(look_ahead_list(ranked, issue), stored=False)
                return
            by = User.objects.filter(email__iexact=options["by"]).first() if options["by"] else None
            publication, outlook = store_list(
                ranked=ranked, issue=issue, by=by, by_label=options["by"] or "command line"
            )
        except FileRefused as refused:
            for finding in refused.findings:
                self.stderr.write(finding.message)
            self.stderr.write(f"{path.name} was refused; nothing was stored.")
            sys.exit(1)
        self._tell(outlook, stored=publication is not None)

    def _tell(self, outlook: ListOutlook, *, stored: bool) -> None:
        self.stdout.write(f"{len(outlook.new):,} lists new or other than before, {len(outlook.unchanged):,} unchanged.")
        if outlook.ours:
            self.stdout.write("Ours: " + ", ".join(f"{rank} {name}" for rank, name in outlook.ours) + ".")
        if not outlook.new:
            self.stdout.write("Nothing to do: every list stands already.")
        elif not stored:
            self.stdout.write("Rehearsed. Nothing was stored.")


def _day(option: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} is “{text}”; write the day like 2021-04-01.", returncode=2) from None
