"""`python -m benchmarks [load_return] [import_export] [browser] [masks] [pages]`: those named, or all of them."""

import importlib
import os
import sys

import django

MEASUREMENTS = ("load_return", "import_export", "browser", "masks", "pages")


def main(names: list[str]) -> None:
    for name in names:
        if name not in MEASUREMENTS:
            sys.exit(f"There is no measurement “{name}”. There are: {', '.join(MEASUREMENTS)}.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wscb.settings")
    os.environ["DEBUG"] = "off"
    django.setup()
    for name in names or MEASUREMENTS:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
