from pathlib import Path

from dataset.management.load_command import LoadCommand
from dataset.reference.neighbours import load_neighbours
from dataset.reference.table import Loaded


class Command(LoadCommand):
    help = "Load neighbours from a CSV file; rows already stored are left alone."
    things = "neighbours"

    def load(self, path: Path) -> Loaded:
        return load_neighbours(path)
