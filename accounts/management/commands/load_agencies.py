"""Loads the suppliers from a CSV file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.agencies import COLUMNS, BadAgenciesFile, load_agencies


class Command(BaseCommand):
    help = f"Add or change agencies from a CSV file with the columns {', '.join(COLUMNS)}. All of it or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}. Check the name and try again.") from None
        try:
            loaded = load_agencies(content, by_label="manage.py load_agencies")
        except BadAgenciesFile as bad:
            raise CommandError("\n".join([f"{path} was refused and nothing was stored.", *bad.problems])) from None
        self.stdout.write(
            f"{len(loaded.added)} added, {len(loaded.changed)} changed, {len(loaded.unchanged)} unchanged."
        )
