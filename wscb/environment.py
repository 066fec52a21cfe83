"""What the settings need of the world outside: variables that must be there, and a key of one's own."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

REQUIRED_IN_PRODUCTION = {
    "SECRET_KEY": "a long random string that signs sessions and reset links; make one with "
    "`python -c 'import secrets; print(secrets.token_urlsafe(50))'` and keep it out of version control",
    "ALLOWED_HOSTS": "the host names the site answers to, with commas between, such as board.example.org",
    "IDENTIFIER_KEY_FILE": "the path of the file that holds the 32 random bytes children's identifiers are "
    "hashed with; make one with `head -c 32 /dev/urandom > identifier.key`, keep it apart from the "
    "database's backups, and never change it: a return under another key is refused",
    "EMAIL_URL": "the mail server for password resets, such as smtp+tls://user:password@mail.example.org:587",
}

ENVIRONMENTS = ("production", "development")


def chosen_environment(variables: Mapping[str, str]) -> str:
    """Which kind of place this is; production unless told otherwise, so that forgetting is safe."""
    name = variables.get("WSCB_ENV") or "production"
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(
            f"WSCB_ENV is {name!r}. Set it to 'production' or, on your own machine, to 'development'."
        )
    return name


def require_production_variables(variables: Mapping[str, str]) -> None:
    """Refuses to start without the variables production cannot guess, naming all that are missing at once."""
    missing = [name for name in REQUIRED_IN_PRODUCTION if not variables.get(name)]
    if not missing:
        return
    lines = [f"  {name}: {REQUIRED_IN_PRODUCTION[name]}." for name in missing]
    raise ImproperlyConfigured(
        "This is production (WSCB_ENV is not 'development'), and the environment lacks:\n"
        + "\n".join(lines)
        + "\nSet them and start again. To try the board on your own machine run `make demo`, or set "
        "WSCB_ENV=development; .env.example lists every variable."
    )


def development_secret_key(path: Path) -> str:
    """The key kept at `path`, made on first use; several processes that start at once get the same one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()


def iso_day(variable: str, text: str) -> str:
    """`text` if it is a day written like 2017-05-24, or empty."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise ImproperlyConfigured(
            f"{variable} is {text!r}. Write a day as 2017-05-24, or leave it empty for today."
        ) from None
