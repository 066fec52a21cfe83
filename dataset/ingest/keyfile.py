"""The file that holds the key of the identifiers' digests. [pure]"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32


class KeyFileError(RuntimeError):
    """The key cannot be read; the message says what to do about it."""


def load_key(path: Path | str, create: bool = False) -> bytes:
    """The key in the file; where there is none and `create` is set, a new random one, readable by its owner alone.

    A second process that creates at the same moment gets the first one's key. Raises KeyFileError.
    """
    path = Path(path)
    if create and not path.exists():
        _create(path)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise KeyFileError(
            f"The identifier key {path} does not exist. Put the key file back from your backup. Only if no return with "
            f"identifiers was ever stored, make a new one: {KEY_BYTES} random bytes, readable by the service alone."
        ) from None
    except OSError as fault:
        raise KeyFileError(
            f"The identifier key {path} cannot be read: {fault.strerror}. Check who may read it."
        ) from None
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"The identifier key {path} holds {len(key)} bytes instead of {KEY_BYTES}. It is damaged or another "
            "file: put the "
            "right one back from your backup."
        )
    return key


def _create(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)  # never over an existing key
    except OSError as fault:
        raise KeyFileError(
            f"The identifier key {path} cannot be created: {fault.strerror}. Make its folder writable for the service."
        ) from None
    finally:
        draft.unlink(missing_ok=True)
