"""Whether a short text that becomes a heading or a remark names a person. [pure]

A name cannot be told from a title for certain. The rule: two or more capitalised words together, none of which is a
word of organisations, posts, courses or places. A common forename settles it against the words that are surnames as
well ('Young', 'Ward'), unless the whole is an institution's name ('John Radcliffe Hospital'). What is wrongly refused
passes with small letters after its first word, as the message says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from dataset.ingest.findings import Finding, error
from dataset.ingest.name_words import ALSO_SURNAMES, ALSO_WORDS, FORENAMES, INSTITUTIONS, PLAIN
from dataset.ingest.personal_data import scan_text
from dataset.ingest.rules import KnowsQuarter

A_NAME = "words like a person's name"

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’][^\W\d_]+)*")
_JOINERS = frozenset({" ", "  ", "-", "‐"})
_AFTER_INITIALS = frozenset({".", ". "})
_PARTICLES = frozenset("de da di du del della der den van von bin ibn al el la le ap mac mc st".split())
_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|sir|dame|cllr|councillor|pc|dc|ds|di|dci|dsu|sgt|insp)\.?[ _]+"
    r"([^\W\d_]['’\w]+)",
    re.IGNORECASE,
)
_LAST_FIRST = re.compile(r"([^\W\d_][\w'’-]+) *, *([^\W\d_][\w'’-]*\.?)(?: +[^\W\d_][\w'’-]*\.?)?")
_LONG_NUMBER = re.compile(r"\d(?:[ ._-]?\d){8}")
_POSSESSIVE = re.compile(r"(?<!\bSt )(?<!\bSt\. )\b([^\W\d_]+)['’]s\b(?! [A-Z])")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+)\W*$")
_ENDINGS = (
    "ing",
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ship",
    "ism",
    "ance",
    "ence",
    "ical",
    "ised",
    "ized",
    "ology",
)


def looks_like_a_name(text: str, places: Iterable[str] = (), *, is_sentence: bool = False) -> bool:
    """Whether a person seems to be named in the text. `places` are names that are no person's.

    In a sentence its first word has a capital anyway, and counts only where it is a common forename.
    """
    known = {word for place in places for word in _words(place)}
    if any(match[1][0].isupper() and _is_unknown(match[1], known) for match in _TITLE.finditer(text)):
        return True
    if is_sentence:
        owners = {match[1].casefold() for match in _POSSESSIVE.finditer(text) if match[1][0].isupper()}
        if owners & (FORENAMES - ALSO_WORDS):
            return True
    elif _is_lower_name(text, known):
        return True
    elif last_first := _LAST_FIRST.fullmatch(text):
        if _is_name([last_first[2].rstrip("."), last_first[1]], known):
            return True
    return any(_is_name(run, known) for run in _runs(text, is_sentence))


def identifies(text: str) -> bool:
    """Whether the name of a file or a column gives a person away: by name, number, address or date of birth."""
    spaced = " ".join(re.sub(r"[_.]+", " ", text).split())
    parts = [" ".join(part.split()) for part in re.split(r"[\d-]+", _apart(spaced))]
    return bool(
        scan_text(text)
        or scan_text(spaced)
        or _LONG_NUMBER.search(text)
        or looks_like_a_name(spaced)
        or any(looks_like_a_name(part) for part in (*parts, " ".join(parts)))
        or any(word in FORENAMES - ALSO_WORDS for word in _words(" ".join(parts)))
    )


@dataclass(frozen=True, slots=True)
class NamesNobody:
    """`column` does not name a person: a heading that every reader sees, or a remark that is kept."""

    column: str
    instead: str
    is_sentence: bool = False
    code: str = "looks_like_a_name"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def says(self) -> str:
        return f"{self.column} names no person."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        texts = frame[self.column].fillna("")
        places = (getattr(context, "area_name", ""), *getattr(context, "localities", ()))
        named = {text for text in texts.unique() if looks_like_a_name(text, places, is_sentence=self.is_sentence)}
        lines = frame.loc[texts.isin(list(named)), "line"]
        return [name_found(int(line), self.column, self.instead, self.is_sentence) for line in lines]


def name_found(line: int, column: str, instead: str, is_sentence: bool = False) -> Finding:
    """The error on a cell that names a person; it never holds the name."""
    verb = "holds what looks" if is_sentence else "looks"
    return error(
        "looks_like_a_name",
        f"The {column} on this line {verb} like a person's name. Nothing was stored. {instead} If it names "
        "nobody, write it with small letters after its first word, like “Gold standard”.",
        line=line,
        column=column,
        found=A_NAME,
        expected="no person's name",
    )


def _apart(text: str) -> str:
    """'JaneSmith' as 'Jane Smith'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)


def _runs(text: str, is_sentence: bool) -> list[list[str]]:
    """The capitalised words that stand together, without the possessive; particles ('van') hold them together."""
    runs: list[list[str]] = [[]]
    end = 0
    for match in _WORD.finditer(text):
        word, between = re.sub(r"['’]s$", "", match[0]), text[end : match.start()]
        end = match.end()
        after_initial = bool(runs[-1]) and len(runs[-1][-1]) == 1 and between in _AFTER_INITIALS
        if between not in _JOINERS and not after_initial:
            runs.append([])
        is_first = is_sentence and not after_initial and bool(_SENTENCE_START.search(text[: match.start()]))
        if word[0].isupper() and not (is_first and len(word) > 1 and word.casefold() not in FORENAMES):
            runs[-1].append(word)
        elif word not in _PARTICLES:
            runs.append([])
    return runs


def _is_name(run: list[str], known: set[str]) -> bool:
    """Whether words that stand together are a name: a forename before something, or nothing that is known."""
    if len(run) < 2:
        return False
    plain = [word.casefold() for word in run]
    for place, (word, following) in enumerate(pairwise(plain)):
        if word in FORENAMES and word not in known and following not in PLAIN:
            if not INSTITUTIONS.intersection(plain[place + 2 :]):
                return True
    is_loud = all(word.isupper() for word in run)
    if not is_loud and any(_is_acronym(word) for word in run):
        return False
    return any(len(word) > 1 for word in run) and all(_is_unknown(word, known) for word in run)


def _is_unknown(word: str, known: set[str]) -> bool:
    plain = word.casefold()
    return not (
        plain in PLAIN or plain in ALSO_SURNAMES or plain in known or (len(plain) > 5 and plain.endswith(_ENDINGS))
    )


def _is_acronym(word: str) -> bool:
    return 2 <= len(word) <= 5 and word.isupper()


def _is_lower_name(text: str, known: set[str]) -> bool:
    """A text of two or three words in small letters that begins with a forename which is no word besides."""
    words = text.split()
    if not 2 <= len(words) <= 3 or not all(_WORD.fullmatch(word) for word in words):
        return False
    plain = [word.casefold() for word in words]
    return (
        plain[0] in FORENAMES - ALSO_WORDS
        and plain[0] not in known
        and not any(word in PLAIN or word in _PARTICLES for word in plain)
    )


def _words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]
