from dataset.management.load_command import LoadCommand
from dataset.reference.targets import load_targets


class Command(LoadCommand):
    help = "Load thresholds from a CSV file; rows already stored are left alone."
    loader = staticmethod(load_targets)
    things = "thresholds"
