"""The project's settings with every logger at its loudest, each SQL statement with its parameters among them."""

from typing import Any

from django.db.backends.signals import connection_created

from wscb.settings import *  # noqa: F403

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {pathname} {message} {args}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "DEBUG"},
    "loggers": {"django": {"level": "DEBUG"}, "django.server": {"level": "DEBUG"}},
}


def _log_statements(connection: Any, **kwargs: Any) -> None:
    connection.force_debug_cursor = True


connection_created.connect(_log_statements, dispatch_uid="log statements")
