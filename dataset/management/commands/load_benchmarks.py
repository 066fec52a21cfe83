from pathlib import Path

from dataset.management.load_command import LoadCommand
from dataset.reference.benchmarks import load_benchmarks
from dataset.reference.table import Loaded


class Command(LoadCommand):
    help = "Load published figures from a CSV file; rows already stored are left alone."
    things = "published figures"

    def load(self, path: Path) -> Loaded:
        return load_benchmarks(path)
