from dataset.management.load_command import LoadCommand
from dataset.reference.neighbours import load_neighbours


class Command(LoadCommand):
    help = "Load neighbours from a CSV file; rows already stored are left alone."
    loader = staticmethod(load_neighbours)
    things = "neighbours"
