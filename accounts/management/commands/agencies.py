"""Lists the suppliers, whose codes the other commands take."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Agency

COLUMNS = ("code", "name", "organisation", "kind", "identifier_space", "active")


class Command(BaseCommand):
    help = "List the agencies: code, name and organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON list of objects")

    def handle(self, *args: Any, **options: Any) -> None:
        agencies = list(Agency.objects.order_by("code"))
        if options["json"]:
            rows = [{column: getattr(agency, column) for column in COLUMNS} for agency in agencies]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        if not agencies:
            self.stdout.write("There are no agencies yet. Load them with: manage.py load_agencies FILE")
            return
        code_width = max(len(agency.code) for agency in agencies)
        name_width = max(len(agency.name) for agency in agencies)
        for agency in agencies:
            ended = "" if agency.active else "  (no longer active)"
            self.stdout.write(f"{agency.code:<{code_width}}  {agency.name:<{name_width}}  {agency.organisation}{ended}")
