"""Load one return from a file through the same door as an upload."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Agency, User
from dataset.ingest.findings import Finding, error
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.storing import AcceptanceRefused, Receipt, accept_return, receive_file
from dataset.models import QuarterlyReturn
from dataset.periods import PeriodError, Quarter
from dataset.returns import RETURN_TYPES


class Command(BaseCommand):
    help = (
        "Check a return and accept it. Exits 0 when accepted (or rehearsed clean), 1 when refused, 2 when misused. "
        "Supplier codes are listed by “manage.py agencies”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--type", required=True, choices=list(RETURN_TYPES), help="the return type")
        parser.add_argument("--agency", required=True, help="the supplier's code, such as CSC")
        parser.add_argument("--quarter", required=True, help='the quarter, such as "2016-17 Q3"')
        parser.add_argument(
            "--nil", action="store_true", help="the supplier has nothing to report; the file has no rows"
        )
        parser.add_argument("--rehearse", action="store_true", help="check only; store nothing")
        parser.add_argument("--by", default="", help="who loads it: a user's e-mail address, or a name for the trail")
        parser.add_argument(
            "--reason", default="", help="why an accepted quarter is revised; needed where its totals move far"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        supplier = Agency.objects.filter(code=options["agency"].strip().upper()).first()
        refusals = []
        if supplier is None:
            refusals.append(_unknown_agency(options["agency"]))
        try:
            quarter = Quarter.parse(options["quarter"])
        except PeriodError as problem:
            refusals.append(error("unknown_quarter", str(problem), found=options["quarter"]))
        if supplier is None or refusals:
            self._finish(Receipt(findings=tuple(refusals)), None, as_json=options["json"], exit_code=1)
        by = User.objects.filter(email__iexact=options["by"]).first()
        version = None
        try:
            with transaction.atomic():
                receipt = receive_file(
                    content=path.read_bytes(),
                    file_name=path.name,
                    return_type=RETURN_TYPES[options["type"]],
                    supplier=supplier,
                    quarter=quarter,
                    nil=options["nil"],
                    by=by,
                    by_label=options["by"] or "command line",
                )
                transaction.set_rollback(options["rehearse"])
            if receipt.candidate and not options["rehearse"]:
                version = accept_return(
                    candidate=receipt.candidate,
                    by=by,
                    by_label=options["by"] or "command line",
                    reason=options["reason"],
                )
        except (AcceptanceRefused, BoardNotSetUp, KeyFileError) as refused:
            receipt = Receipt(findings=(error("refused", str(refused)),))
        self._finish(receipt, version, as_json=options["json"], exit_code=1 if receipt.errors else 0)

    def _finish(self, receipt: Receipt, version: QuarterlyReturn | None, *, as_json: bool, exit_code: int) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps(_report(receipt, version), ensure_ascii=False, indent=2))
        else:
            self._print(receipt, version)
        sys.exit(exit_code)

    def _print(self, receipt: Receipt, version: QuarterlyReturn | None) -> None:
        for finding in receipt.findings:
            place = f"line {finding.line}, " if finding.line else ""
            column = f"{finding.column}: " if finding.column else ""
            self.stdout.write(f"{finding.severity.upper():5} {place}{column}{finding.message}")
        if receipt.unchanged:
            self.stdout.write(f"Nothing to do: this file is version {receipt.unchanged.version} already.")
        elif version:
            self.stdout.write(f"Accepted as version {version.version}: {receipt.rows:,} rows.")
        elif receipt.errors:
            self.stdout.write(f"Refused: {len(receipt.errors):,} to put right. Nothing was stored.")
        else:
            self.stdout.write(f"Rehearsed: {receipt.rows:,} rows, no errors. Nothing was stored.")


def _report(receipt: Receipt, version: QuarterlyReturn | None) -> dict[str, Any]:
    standing = version or receipt.unchanged
    return {
        "accepted": version is not None or receipt.unchanged is not None,
        "unchanged": receipt.unchanged is not None,
        "version": standing.version if standing else None,
        "rows": receipt.rows,
        "errors": [_as_dict(finding) for finding in receipt.errors],
        "queries": [_as_dict(finding) for finding in receipt.queries],
    }


def _as_dict(finding: Finding) -> dict[str, Any]:
    names = ("line", "column", "code", "found", "expected", "message")
    return {name: getattr(finding, name) for name in names}


def _unknown_agency(code: str) -> Finding:
    known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none yet: run “manage.py load_agencies”"
    return error(
        "unknown_agency", f"There is no supplier “{code}”. The codes are: {known}.", found=code, expected=known
    )
