from dataset.management.load_command import LoadCommand
from dataset.reference.populations import load_population


class Command(LoadCommand):
    help = "Load population estimates from a CSV file; rows already stored are left alone."
    loader = staticmethod(load_population)
    things = "population estimates"
