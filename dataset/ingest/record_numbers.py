"""Whether words to be kept hold the number of a record: by its look, and by the digests that a version holds."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q

from dataset.ingest.keyfile import KeyFileError, load_key
from dataset.ingest.pseudonyms import key_fingerprint, pseudonym, scheme_of
from dataset.models import RECORD_MODELS, QuarterlyReturn
from dataset.returns import RETURN_TYPES

_OF_A_LINE = re.compile(r"\b(?:lines?|rows?) \d{1,6}\b", re.IGNORECASE)  # a large file has lines of six digits
_LONG_RUN = re.compile(r"\d{5}")
_WORD = re.compile(r"[^\W_]+")
_LETTER_AND_NUMBER = re.compile(r"\b[^\W\d_]{1,2}[-/_.]\d{4}")  # P-01234
_PERIOD = re.compile(r"\d{4}s|\d{4}Q[1-4]|FY\d{4}", re.IGNORECASE)  # 1990s, 2016Q4
_FEW_DIGITS = 4
_MOST_WORDS = 60


def looks_like_a_record_number(text: str) -> bool:
    """Whether there is a number that is no date, count or line: five digits together, or four beside a letter."""
    rest = _OF_A_LINE.sub(" ", text)
    return bool(
        _LONG_RUN.search(rest)
        or _LETTER_AND_NUMBER.search(rest)
        or any(sum(map(str.isdigit, word)) >= _FEW_DIGITS for word in _mixed(rest) if not _PERIOD.fullmatch(word))
    )


def holds_a_number_of(version: QuarterlyReturn, text: str) -> bool:
    """Whether a word of letters and digits is the number of a record or a child that the version's rows hold.

    A number without letters is left to its look: it may be a line's. One query.
    """
    words = list(dict.fromkeys(_mixed(text)))[:_MOST_WORDS]
    kind = RETURN_TYPES.get(version.return_type)
    if not words or kind is None or not kind.identifiers or version.return_type not in RECORD_MODELS:
        return False
    try:
        key = load_key(settings.IDENTIFIER_KEY_FILE)
    except KeyFileError:
        return False
    if key_fingerprint(key) != version.key_fingerprint:
        return False
    area, space = version.area.code, version.supplier.identifier_space
    wanted = Q()
    for column in kind.identifiers:
        scheme = scheme_of(column)
        digests = [pseudonym(word, area=area, space=space, scheme=scheme, key=key) for word in words]
        wanted |= Q(**{f"{column}__in": digests})
    return RECORD_MODELS[version.return_type]._default_manager.filter(wanted, quarterly_return=version).exists()


def _mixed(text: str) -> Iterator[str]:
    """The words that have both letters and digits."""
    for match in _WORD.finditer(text):
        if not match[0].isalpha() and not match[0].isdigit():
            yield match[0]
