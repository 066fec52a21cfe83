"""Load published figures: our own format, a data file of explore education statistics, or a long table."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from dataset.ingest.findings import Finding
from dataset.narrative import day
from dataset.reference.benchmarks import load_benchmarks
from dataset.reference.choosing import Choice, Part
from dataset.reference.differences import Changes
from dataset.reference.issue import (
    Issue,
    Outlook,
    choices_for,
    digest_of,
    issue_faults,
    look_ahead,
    read_issue,
    store_issue,
    unanswered_choices,
    usual_name,
)
from dataset.reference.published import FileRefused, PublishedFile
from dataset.reference.table import LoadRefused
from dataset.reference.telling import changes_as_json, changes_as_lines

_MOST = 40
_HELP = """\
Load published figures. Exits 0 when stored, rehearsed clean or there already; 1 when refused; 2 when misused.

--format own   a CSV with the columns benchmark, level, area, area_code, period, numerator, denominator, value,
               state, unit, source
--format ees   a data file of DfE's explore education statistics, as it is downloaded
--format long  a table of one line an indicator, area and year, such as LAIT's, or with the years across

A file of the last two needs --publication and --published, and for its first issue --map: what its indicators are.
The next issue of the same publication needs no --map; one that is given takes the place of all that is remembered.

  --map rereferral_percent=re_referral_pct               the value itself
  --map rereferral_count=re_referral_pct:numerator       its numerator
  --map referral_count=re_referral_pct:denominator       its denominator
  --where gender=Total --where "age=All ages"            the rows meant, of filter columns with several values;
                                                         a column's total is taken where none is named
"""


class Command(BaseCommand):
    help = _HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file or workbook")
        parser.add_argument("--format", choices=["own", "ees", "long"], default="own", help="the file's layout")
        parser.add_argument("--publication", default="", help="what the publication is called, without its year")
        parser.add_argument("--published", default="", metavar="DATE", help="the day it came out, such as 2017-11-02")
        parser.add_argument(
            "--map", action="append", default=[], metavar="INDICATOR=KEY[:PART]", help="what an indicator is; repeat it"
        )
        parser.add_argument(
            "--where", action="append", default=[], metavar="COLUMN=VALUE", help="the rows that are meant; repeat it"
        )
        parser.add_argument("--confirm", action="store_true", help="store although values look a hundredfold wrong")
        parser.add_argument("--rehearse", action="store_true", help="say what would change; store nothing")
        parser.add_argument("--by", default="", help="who loads it: a user's e-mail address, or a name for the trail")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        if options["format"] == "own":
            self._load_own(path, options)
        else:
            self._load_published(path, options)

    # Our own format ------------------------------------------------------------------------------------

    def _load_own(self, path: Path, options: dict[str, Any]) -> None:
        for name in ("publication", "published", "map", "where"):
            if options[name]:
                raise CommandError(
                    f"--{name} goes with --format ees or long: our own format has it in its columns.", returncode=2
                )
        try:
            with transaction.atomic():
                loaded = load_benchmarks(path)
                transaction.set_rollback(options["rehearse"])
        except LoadRefused as refused:
            if options["json"]:
                self._print({"stored": False, "errors": [{"message": one} for one in refused.problems]})
            for problem in refused.problems[:_MOST]:
                self.stderr.write(problem)
            if len(refused.problems) > _MOST:
                self.stderr.write(f"… and {len(refused.problems) - _MOST} more.")
            self.stderr.write(f"{path.name} was refused; nothing was stored.")
            sys.exit(1)
        stored = not options["rehearse"]
        if options["json"]:
            self._print({"stored": stored, "added": loaded.added, "unchanged": loaded.unchanged, "errors": []})
            return
        added = "added" if stored else "would be added"
        self.stdout.write(f"{loaded.added:,} published figures {added}, {loaded.unchanged:,} unchanged.")

    # As they are published -----------------------------------------------------------------------------

    def _load_published(self, path: Path, options: dict[str, Any]) -> None:
        name, published_on = usual_name(options["publication"]), _day(options["published"])
        given, where = (
            [_map(text) for text in options["map"]],
            dict(_pair("--where", text) for text in options["where"]),
        )
        faults = issue_faults(name, published_on)
        if faults:
            raise CommandError(
                " ".join(fault.message for fault in faults) + " Use --publication NAME and --published DATE.",
                returncode=2,
            )
        assert published_on is not None
        content = path.read_bytes()
        issue = Issue(name, published_on, digest_of(content))
        try:
            file = read_issue(content, options["format"])
        except FileRefused as refused:
            self._refuse(path, Outlook((), refused.findings, ()), options)
        choices = _choices(given, where, file, name)
        if options["rehearse"]:
            outlook = look_ahead(file, choices, issue)
            if outlook.changes is None:
                self._refuse(path, outlook, options, file)
            self._tell(outlook.changes, issue, stored=False, options=options)
            return
        by = User.objects.filter(email__iexact=options["by"]).first() if options["by"] else None
        try:
            publication, outlook = store_issue(
                file=file,
                choices=choices,
                issue=issue,
                by=by,
                by_label=options["by"] or "command line",
                confirmed=options["confirm"],
            )
        except FileRefused as refused:
            self._refuse(path, Outlook(choices, refused.findings, file.notes), options, file)
        assert outlook.changes is not None
        self._tell(outlook.changes, issue, stored=publication is not None, options=options)

    def _tell(self, changes: Changes, issue: Issue, *, stored: bool, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(
                {
                    "stored": stored,
                    "publication": issue.name,
                    "published_on": issue.published_on.isoformat(),
                    **changes_as_json(changes),
                    "errors": [],
                }
            )
            return
        for line in changes_as_lines(changes):
            self.stdout.write(line)
        if not changes.to_store:
            self.stdout.write("Nothing to do: every figure chosen stands already.")
        elif stored:
            self.stdout.write(f"Stored, as of “{issue.name}”, published on {day(issue.published_on)}.")
        else:
            self.stdout.write("Rehearsed. Nothing was stored.")

    def _refuse(
        self, path: Path, outlook: Outlook, options: dict[str, Any], file: PublishedFile | None = None
    ) -> NoReturn:
        if options["json"]:
            report: dict[str, Any] = {"stored": False, "errors": [_as_dict(one) for one in outlook.errors]}
            if file:
                report |= {
                    "indicators": list(file.indicators),
                    "filters": {k: list(v) for k, v in file.filters.items()},
                }
            self._print(report)
        for finding in outlook.errors[:_MOST]:
            self.stderr.write(finding.message)
        if len(outlook.errors) > _MOST:
            self.stderr.write(f"… and {len(outlook.errors) - _MOST} more.")
        if file and any(finding.code == "nothing_chosen" for finding in outlook.errors):
            for choice in unanswered_choices(usual_name(options["publication"]), file):
                self.stderr.write(f"It was {choice.words} before; the file has no such rows, so choose anew.")
            self.stderr.write(f"The file’s indicators are: {', '.join(file.indicators)}. Say what they are with --map.")
        self.stderr.write(f"{path.name} was refused; nothing was stored.")
        sys.exit(1)

    def _print(self, report: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--published is “{text}”; write the day like 2017-11-02.", returncode=2) from None


def _pair(option: str, text: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name.strip() or not value.strip():
        raise CommandError(f"{option} is “{text}”; write a name, “=” and what it is.", returncode=2)
    return name.strip(), value.strip()


def _map(text: str) -> Choice:
    indicator, given = _pair("--map", text)
    key, _, part = given.partition(":")
    if part and part not in set(Part):
        raise CommandError(f"--map is “{text}”; after “:” goes one of {', '.join(Part)}.", returncode=2)
    return Choice(indicator, key.strip(), Part(part) if part else Part.VALUE)


def _choices(given: list[Choice], where: dict[str, str], file: PublishedFile, name: str) -> tuple[Choice, ...]:
    """What was given on the command line, else what is remembered of the publication; --where narrows either."""
    choices = tuple(given) or choices_for(name, file)
    return tuple(
        Choice(one.indicator, one.key, one.part, tuple({**dict(one.filters), **where}.items())) for one in choices
    )


def _as_dict(finding: Finding) -> dict[str, Any]:
    names = ("line", "column", "code", "found", "expected", "message")
    return {name: getattr(finding, name) for name in names}
