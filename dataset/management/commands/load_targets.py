from pathlib import Path

from dataset.management.load_command import LoadCommand
from dataset.reference.table import Loaded
from dataset.reference.targets import load_targets


class Command(LoadCommand):
    help = "Load thresholds from a CSV file; rows already stored are left alone."
    things = "thresholds"

    def load(self, path: Path) -> Loaded:
        return load_targets(path)
