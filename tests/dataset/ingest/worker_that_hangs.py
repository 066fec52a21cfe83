"""A worker that stops moving at a stage, so that a test can kill it there: `worker_that_hangs.py STAGE`.

It is the real worker on the database of DATABASE_URL. Once the stage has been told it says so and sleeps; the last is
told within the transaction that stores the candidate.
"""

import os
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wscb.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django stands now

from dataset.ingest import staging  # noqa: E402 - Django stands now
from dataset.models import CheckStage  # noqa: E402 - Django stands now


def hang() -> None:
    print("here", flush=True)
    time.sleep(600)


def hang_at(wanted: str) -> None:
    """Sleep as soon as the check has come to the stage."""
    move, take = staging.Claim._move, staging.Claim.take

    def told(self: staging.Claim, stage: CheckStage, **fields: Any) -> None:
        move(self, stage, **fields)
        if stage == wanted:
            hang()

    def taken(public_id: str) -> staging.Claim | None:
        claim = take(public_id)
        if wanted == CheckStage.READING:
            hang()
        return claim

    staging.Claim._move = told  # type: ignore[method-assign]
    staging.Claim.take = taken  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    hang_at(sys.argv[1])
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False)
