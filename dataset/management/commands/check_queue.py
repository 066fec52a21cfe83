"""Whether a worker takes the tasks from the queue in the database: asked by the worker container's health check."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tasks_db.models import DBTaskResult

from dataset.models import stalled_before


class Command(BaseCommand):
    help = "Exit 0 when the database answers and no task has waited for a worker for long; 1 otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=stalled_before()).count()
        if waiting:
            raise CommandError(f"Tasks that no worker has taken up: {waiting}. Is “manage.py db_worker” running?")
        self.stdout.write("No task waits for long.")
