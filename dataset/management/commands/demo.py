"""Load the demonstration board."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dataset.demonstration import load_reference, load_returns, make_people, receipts

DEFAULT_PASSWORD = "wiltshire-demonstration"  # noqa: S105 - printed for everyone to see; every record is synthetic


class Command(BaseCommand):
    help = (
        "Load the demonstration: synthetic returns for 2013-14 to 2016-17, published reference data and one user a "
        "role. Safe to run again. DEMO_PASSWORD sets the users' password."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("DEMO_PASSWORD", "")
        if settings.PRODUCTION and not password:
            raise CommandError("Set DEMO_PASSWORD: a production site never gets the password that everyone knows.")
        password = password or DEFAULT_PASSWORD
        load_reference(self.stdout.write)
        loaded = load_returns(receipts(), self.stdout.write)
        self.stdout.write(f"returns: {loaded} loaded" if loaded else "returns: all there already")
        self.stdout.write("Sign in as one of these, with the password " + password)
        for address in make_people(password):
            self.stdout.write(f"  {address}")
