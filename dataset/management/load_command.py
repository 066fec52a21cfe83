"""The shape that the reference loaders' commands share."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from dataset.reference.table import Loaded, LoadRefused

_MOST = 40


class LoadCommand(BaseCommand):
    """Loads one file through `load`; exits 0 when stored, 1 when refused, 2 when misused."""

    things: ClassVar[str]

    def load(self, path: Path) -> Loaded:
        """Store the file's rows, or raise LoadRefused."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        try:
            loaded = self.load(path)
        except LoadRefused as refused:
            for problem in refused.problems[:_MOST]:
                self.stderr.write(problem)
            if len(refused.problems) > _MOST:
                self.stderr.write(f"… and {len(refused.problems) - _MOST} more.")
            self.stderr.write(f"{path.name} was refused; nothing was stored.")
            sys.exit(1)
        self.stdout.write(f"{loaded.added:,} {self.things} added, {loaded.unchanged:,} unchanged.")
