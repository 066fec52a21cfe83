from dataset.management.load_command import LoadCommand
from dataset.reference.benchmarks import load_benchmarks


class Command(LoadCommand):
    help = "Load published figures from a CSV file; rows already stored are left alone."
    loader = staticmethod(load_benchmarks)
    things = "published figures"
