"""Remind people by e-mail of returns that are due soon or overdue. For a scheduler to run once a day."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from smtplib import SMTPException
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dataset import boardtime
from dataset.reminding import Letter, Reminded, letters_on, send_letter


class Command(BaseCommand):
    help = (
        "E-mail a reminder of each return that is due soon, overdue, or overdue for long (then to the agency's leads "
        "and the board managers too). Nobody is told of the same twice, so it may run as often as one likes. Exits 0 "
        "when all was sent, 1 when an e-mail could not be (run it again), 2 when misused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent; send and store nothing")
        parser.add_argument("--date", default="", help="as if today were this day (2017-05-01); with --dry-run only")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        day = self._day(options["date"], is_rehearsal=options["dry_run"])
        letters, unreached = letters_on(day)
        failed = []
        if not options["dry_run"]:
            for letter in letters:
                try:
                    send_letter(letter)
                except (SMTPException, OSError) as fault:
                    failed.append((letter, f"{type(fault).__name__}: {fault}"))
        report = {
            "day": day.isoformat(),
            "sent": not options["dry_run"],
            "letters": [_letter(one) for one in letters if one not in [letter for letter, _ in failed]],
            "failed": [{**_letter(letter), "why": why} for letter, why in failed],
            "agencies_without_data_officer": [one.supplier.code for one in unreached],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else _text(report))
        if failed:
            sys.exit(1)

    def _day(self, text: str, *, is_rehearsal: bool) -> date:
        if not text:
            return boardtime.today()
        if not is_rehearsal:
            raise CommandError("--date needs --dry-run: nobody is told of what is not so yet.", returncode=2)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CommandError(f"“{text}” is not a day; write it like 2017-05-01.", returncode=2) from None


def _letter(letter: Letter) -> dict[str, Any]:
    return {"to": letter.person.email, "returns": [_line(one) for one in letter.reminders]}


def _line(one: Reminded) -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "return": one.due.return_type,
        "agency": one.due.supplier.code,
        "quarter": str(one.due.quarter),
        "due_on": one.due.due_on.isoformat(),
    }


def _text(report: dict[str, Any]) -> str:
    lines = []
    for name, word in (("letters", "Sent to" if report["sent"] else "Would be sent to"), ("failed", "NOT sent to")):
        for letter in report[name]:
            lines.append(f"{word} {letter['to']}{': ' + letter['why'] if 'why' in letter else ''}")
            lines += [
                f"  {one['kind']:9} {one['return']} of {one['agency']} for {one['quarter']}, due {one['due_on']}"
                for one in letter["returns"]
            ]
    if report["agencies_without_data_officer"]:
        names = ", ".join(report["agencies_without_data_officer"])
        lines.append(f"Nobody signs in as data officer for {names}: the board managers are told instead.")
    return "\n".join(lines) or f"Nobody is to be reminded of anything on {report['day']}."
