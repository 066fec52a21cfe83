"""Delete what waited for over a day. For a scheduler to run once an hour."""

from typing import Any

from django.core.management.base import BaseCommand

from dataset.ingest.forgetting import delete_done_tasks, delete_forgotten, mark_stopped


class Command(BaseCommand):
    help = (
        "Delete the uploads that were not accepted within a day, the files in the background that are a day old, and "
        "the queue's memory of tasks that are done; mark the checks whose worker was killed as to be tried again. It "
        "may run as often as one likes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stopped, forgotten, tasks = mark_stopped(), delete_forgotten(), delete_done_tasks()
        self.stdout.write(
            f"Deleted: {forgotten.candidates} uploads not accepted, {forgotten.staged} files in the background, "
            f"{tasks} tasks. Marked as to be tried again: {stopped} checks."
        )
