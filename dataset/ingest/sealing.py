"""A file sealed while it waits for its check: encrypted, and bound to the row that holds it. [pure]

AES-256-GCM (NIST SP 800-38D) under a key that HKDF (RFC 5869) makes from the site's secret key. The identifier key is
left to its one use: it may never change and is kept for ever, while a sealed file is gone within a day, so the secret
key may be changed at any time at the price of the files that wait. Returns without identifiers need no other key.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"wscb: a file that waits for its check"
_KEY, _NONCE = 32, 12


class SealBroken(Exception):
    """The bytes were not sealed with this secret for this row, or have been changed since."""


def seal(content: bytes, *, secret: str, row: str) -> bytes:
    """The content encrypted with a key made from the secret, to be opened for the same row only."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(secret).encrypt(nonce, content, row.encode())


def unseal(sealed: bytes | memoryview, *, secret: str, row: str) -> bytes:
    """The content as it was sealed. Raises SealBroken."""
    try:
        return _cipher(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise SealBroken from None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=_PURPOSE).derive(secret.encode()))
