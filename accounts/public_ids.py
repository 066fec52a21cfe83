"""The ids that addresses on the site carry. A sequential key would tell a reader how many rows there are."""

from uuid import uuid4


def new_public_id() -> str:
    """32 random hexadecimal characters."""
    return uuid4().hex
