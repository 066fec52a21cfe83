"""`python -m benchmarks [load_return] [pages]`: the measurements named, or all of them."""

import os
import sys

import django


def main(names: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wscb.settings")
    os.environ["DEBUG"] = "off"  # Django's debug cursor copies every statement, the COPY of 200,000 rows too
    django.setup()
    from benchmarks import load_return, pages

    measurements = {"load_return": load_return.run, "pages": pages.run}
    for name in names or list(measurements):
        if name not in measurements:
            sys.exit(f"There is no measurement “{name}”. There are: {', '.join(measurements)}.")
        measurements[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
