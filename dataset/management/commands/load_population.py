from pathlib import Path

from dataset.management.load_command import LoadCommand
from dataset.reference.populations import load_population
from dataset.reference.table import Loaded


class Command(LoadCommand):
    help = "Load population estimates from a CSV file; rows already stored are left alone."
    things = "population estimates"

    def load(self, path: Path) -> Loaded:
        return load_population(path)
