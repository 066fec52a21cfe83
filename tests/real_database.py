"""Other sessions at one database: threads that act at once, and processes that are killed half-way.

The suite's SQLite database lives in the memory of one process, where neither means anything, so a test that asks for
the fixture `real_database` gets a copy of it in a file. PostgreSQL is real as it stands.
"""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, NoReturn

from django.apps import apps
from django.db import connection, connections

A_WHILE = 60  # seconds after which another session is taken to be stuck
Stop = Callable[[Any], None]


@contextmanager
def in_a_file(path: Path) -> Iterator[None]:
    """While it lasts, every session of this process works in a file with what the SQLite database in memory holds."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name


class Session(Thread):
    """Another session at the database, in which `act` runs; its answer is what `act` gave, or raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act, self.context = act, copy_context()
        self.answer: Any = None

    def run(self) -> None:
        try:
            self.answer = self.context.run(self.act)
        except Exception as raised:
            self.answer = raised
        finally:
            connection.close()

    def is_waiting(self, moment: float) -> bool:
        self.join(moment)
        return self.is_alive()

    def done(self) -> Any:
        self.join(A_WHILE)
        assert not self.is_alive(), "the other session still waits"
        return self.answer


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of the acts gave or raised, all of them begun at the same moment in sessions of their own."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        with connection.cursor():  # the connection is made before the start
            barrier.wait(A_WHILE)
        return act()

    sessions = [Session(lambda act=act: begin(act)) for act in acts]  # type: ignore[misc]
    for session in sessions:
        session.start()
    return [session.done() for session in sessions]


def all_rows(*app_labels: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the apps' tables."""
    return {
        model.__name__: sorted(model._default_manager.order_by().values_list(), key=repr)
        for label in app_labels
        for model in apps.get_app_config(label).get_models()
    }


def is_killed(act: Callable[[], Any], stop: Stop) -> bool:
    """Whether a process of its own that does `act` was killed, and did not come to its end.

    `stop` is given that process's connection, and lays on it what kills.
    """
    ours = connections[connection.alias]
    ours.close()
    child = os.fork()
    if not child:
        try:
            # Where a browser is driven, its event loop runs in this thread and Django keeps a connection for that; to
            # the child no loop runs, and it would take up the one from before.
            connections[ours.alias] = ours
            stop(connection)
            act()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the act failed by itself"
    return killed


def before_statement(number: int) -> Stop:
    """Killed before its statement of that number, from 1."""

    def lay(connection: Any) -> None:
        left = number

        def count(execute: Any, *arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                die()
            return execute(*arguments)

        connection.execute_wrappers.append(count)

    return lay


def before_commit(connection: Any) -> None:
    """Killed when all is written and nothing is committed."""
    connection._commit = die


def after_commit(connection: Any) -> None:
    """Killed as soon as the first transaction is committed, before anyone is told."""
    commit = connection._commit

    def commit_and_die() -> NoReturn:
        commit()
        die()

    connection._commit = commit_and_die


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")
