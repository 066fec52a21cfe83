"""What must never come in: names, addresses, NHS numbers and the like, found by a column's name or its values. [pure]

Every answer is a description ('an NHS number'), never the value. Ten-digit record numbers pass the NHS number's
check one time in eleven, so a column is judged as a whole: see `_suspects`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dataset.ingest.reading import simplify

_POSTCODE_AREAS = frozenset(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH "
    "EN EX FK "
    "FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG "
    "NN NP NR "
    "NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB "
    "W WA WC WD "
    "WF WN WR WS WV YO ZE".split()
)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE_SPACED = re.compile(r"\b([A-Z]{1,2})\d[A-Z\d]? +\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE | re.ASCII)
_POSTCODE_CLOSE = re.compile(r"\b([A-Z]{1,2})\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE | re.ASCII)
_POSTCODE_SHAPE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", re.IGNORECASE | re.ASCII)
_TELEPHONE = re.compile(
    r"(?<![\w.])(?:(?:\+|00)44[\s-]?(?:\(0\))?[\s-]?|\(?0)[12357-9](?:[\s()-]{0,2}\d){8,9}(?!\w)", re.ASCII
)
_TELEPHONE_CLOSE = re.compile(r"0[1-357-9]\d{9}", re.ASCII)
_ELEVEN_DIGITS = re.compile(r"\d{11}", re.ASCII)
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)", re.ASCII)
_UPN = re.compile(r"(?<![A-Z0-9])[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z](?![A-Z0-9])", re.IGNORECASE | re.ASCII)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?: .*)?|\d{4}-\d{2}-\d{2}(?:[ T].*)?", re.ASCII)
_BORN = re.compile(r"\b(?:d\.?o\.?b\.?|born|date of birth)\b\W{0,5}(?:on )?\d", re.IGNORECASE)
_WORDS_ONLY = re.compile(r"[^\W\d_]['’\w-]*(?: *, *| +)[^\W\d_]['’\w. -]*")
# What every pattern above needs at the least: one search that clears the columns of most files.
_NOTABLE = re.compile(r"[ @/.,()+-]|\d{9}|[A-Z]\d[A-Z\d]?\d[A-Z]{2}", re.IGNORECASE | re.ASCII)
_DATE_LINE, _WORDS_LINE = (re.compile(f"^(?:{one.pattern})$", one.flags | re.MULTILINE) for one in (_DATE, _WORDS_ONLY))
_LOOKS_NAMED = re.compile(r"[A-Z][a-z'’A-Z-]+,? +(?:[A-Z]\.? +)?[A-Z][a-z'’A-Z-]+")

_PARTS_OF_HEADERS = (
    (r"email|^e mail|emailaddress", "a column of e-mail addresses"),
    (r"nhs(?:no|num|number|id)?$|^nhsn|newnhs", "a column of NHS numbers"),
    (r"postcode|postalcode|zipcode", "a column of postcodes"),
    (r"address|housenumber|housename|^street|streetname|uprn$", "a column of addresses"),
    (r"dateofbirth|birthdate|birthday|dateborn|^birth|^dob|dob$", "a column of dates of birth"),
    (r"telephone|phone|mobile|^tel$|telno|contactnumber|^fax", "a column of telephone numbers"),
    (r"^upn|upn$|uniquepupil|uniquelearner|^uln$", "a column of pupil numbers"),
    (r"nationalinsurance|^ni(?:no|number)$|passport", "a column of national insurance or passport numbers"),
    (
        r"surname|forename|firstname|lastname|fullname|familyname|givenname|middlename|knownas$|^initials$",
        "a column of names",
    ),
    (
        r"^notes?$|notes$|comments?$|freetext|narrative|^description$|^details$|remarks?$|^summary$|casenote|childsviews",
        "a column of free text",
    ),
)
_HEADERS = tuple((re.compile(pattern), what) for pattern, what in _PARTS_OF_HEADERS)
_NAMED_THINGS = (
    "course school team group agency seat sector supplier locality area file board meeting setting service authority "
    "placement organisation column category item event session district ward town"
).split()


def header_problem(name: str) -> str:
    """What a column of this name would hold that must not come in, empty where nothing speaks of it."""
    simple = re.sub(r"[^a-z0-9]", "", simplify(name))
    for pattern, what in _HEADERS:
        if pattern.search(simple):
            return what
    if simple in ("name", "names") or (simple.endswith("name") and not _names_a_thing(simple)):
        return "a column of names"
    return ""


def _names_a_thing(simple: str) -> bool:
    return any(simple.removesuffix("name").endswith(thing) for thing in (*_NAMED_THINGS, "file", "user"))


def scan_text(text: str) -> list[str]:
    """Descriptions of what a free text holds that identifies a person directly; empty where nothing was seen."""
    found = {
        "an e-mail address": _EMAIL.search(text),
        "a postcode": _has_postcode(text),
        "a telephone number": _TELEPHONE.search(text),
        "an NHS number": any(_nhs_passes(match[0]) for match in _TEN_DIGITS.finditer(text)),
        "a pupil number (UPN)": any(_upn_passes(match[0]) for match in _UPN.finditer(text)),
        "a date of birth": _BORN.search(text),
    }
    return [what for what, is_there in found.items() if is_there]


def describe(text: str) -> str:
    """A text in words that give none of it away."""
    digits = sum(map(str.isdigit, text))
    if not text:
        return "blank"
    if found := scan_text(text):
        return " and ".join(found)
    if _DATE.fullmatch(text):
        return "a date"
    if digits == len(text):
        words = {8: "an eight-digit", 9: "a nine-digit", 10: "a ten-digit", 11: "an eleven-digit", 12: "a twelve-digit"}
        return f"{words.get(digits, 'a short' if digits < 8 else 'a long')} number"
    return "letters and digits" if digits else "words"


@dataclass(frozen=True, slots=True)
class Suspects:
    """`refused` describes a whole column; `cells` maps the place of a text among the column's texts to what it is."""

    refused: str = ""
    cells: dict[int, str] = field(default_factory=dict)


def inspect(texts: Sequence[str], times: np.ndarray, *, is_identifier: bool) -> Suspects:
    """What identifies a person among a column's different texts, each of which stands `times` times in it."""
    cells: dict[int, str] = {}
    joined = "\n".join(texts)
    if not _NOTABLE.search(joined) and (is_identifier or not _BORN.search(joined)):
        return Suspects()
    filled = sum(count for text, count in zip(texts, times.tolist(), strict=True) if text)
    if "@" in joined:
        cells |= _all_that(texts, _EMAIL.search, "an e-mail address")
    if _POSTCODE_SPACED.search(joined):
        cells |= _all_that(texts, lambda text: _has_postcode(text, _POSTCODE_SPACED), "a postcode")
    for trial in _trials(is_identifier):
        if not trial.shape.search(joined):
            continue
        found = _suspects(texts, times, filled, trial)
        if found is None:
            return Suspects(refused=trial.column)
        cells |= found
    if _TELEPHONE.search(joined):
        test = _telephone_with_signs if is_identifier else _TELEPHONE.search
        cells |= _all_that(texts, test, "a telephone number")
    if is_identifier:
        if _DATE_LINE.search(joined):
            cells |= _all_that(texts, _DATE.fullmatch, "a date")
        if _WORDS_LINE.search(joined):
            cells |= _all_that(texts, _WORDS_ONLY.fullmatch, "words like a person's name")
    elif _BORN.search(joined):
        cells |= _all_that(texts, _BORN.search, "a date of birth")
    return Suspects(cells=cells)


def looks_like_names(texts: Sequence[str]) -> bool:
    """Whether most of a column's different texts are two capitalised words."""
    filled = [text for text in texts if text]
    return len(filled) >= 3 and sum(bool(_LOOKS_NAMED.fullmatch(text)) for text in filled) > 0.8 * len(filled)


@dataclass(frozen=True, slots=True)
class _Trial:
    shape: re.Pattern[str]
    passes: Callable[[list[str]], np.ndarray]
    cell: str
    column: str


def _trials(is_identifier: bool) -> tuple[_Trial, ...]:
    nhs = _Trial(_TEN_DIGITS, _nhs_pass, "an NHS number", "NHS numbers")
    upn = _Trial(
        _UPN, lambda found: np.array([_upn_passes(text) for text in found]), "a pupil number (UPN)", "pupil numbers"
    )
    postcode_shape = re.compile(
        rf"^{_POSTCODE_SHAPE.pattern}$" if is_identifier else rf"\b{_POSTCODE_SHAPE.pattern}\b", re.I | re.M | re.A
    )
    postcode = _Trial(
        postcode_shape,
        lambda found: np.array([_has_postcode(text, _POSTCODE_CLOSE) for text in found]),
        "a postcode",
        "postcodes",
    )
    if not is_identifier:
        return (nhs, upn, postcode)
    telephone = _Trial(
        re.compile(rf"^{_ELEVEN_DIGITS.pattern}$", re.M | re.A),
        lambda found: np.array([bool(_TELEPHONE_CLOSE.fullmatch(text)) for text in found]),
        "a telephone number",
        "telephone numbers",
    )
    return (nhs, upn, postcode, telephone)


def _suspects(texts: Sequence[str], times: np.ndarray, filled: int, trial: _Trial) -> dict[int, str] | None:
    """The texts that look personal by a check digit or list which chance, too, can meet; None refuses the column.

    Where few cells have the shape, each that passes is one. Where the shape is the column's own, a share of passes
    above 30 % is more than chance gives, and the whole column is refused; below it, the passes are chance.
    """
    places, found = [], []
    for place, text in enumerate(texts):
        if match := trial.shape.search(text):
            places.append(place)
            found.append(match[0])
    passes = trial.passes(found) if found else np.zeros(0, dtype=bool)
    if not passes.any():
        return {}
    weights = times[places]
    if weights.sum() * 2 < filled:
        return {place: trial.cell for place, is_one in zip(places, passes, strict=True) if is_one}
    return None if weights[passes].sum() > 0.3 * weights.sum() else {}


def _all_that(texts: Sequence[str], test: Callable[[str], object], what: str) -> dict[int, str]:
    return {place: what for place, text in enumerate(texts) if text and test(text)}


def _telephone_with_signs(text: str) -> bool:
    return bool(_TELEPHONE.fullmatch(text)) and not text.isdigit()


def _has_postcode(text: str, *patterns: re.Pattern[str]) -> bool:
    return any(
        match[1].upper() in _POSTCODE_AREAS
        for pattern in patterns or (_POSTCODE_SPACED, _POSTCODE_CLOSE)
        for match in pattern.finditer(text)
    )


def _nhs_passes(text: str) -> bool:
    return bool(_nhs_pass([text])[0])


def _nhs_pass(texts: list[str]) -> np.ndarray:
    """Which ten-digit texts (spaces and hyphens apart) pass the NHS number's modulus 11 check."""
    digits = "".join(texts).replace(" ", "").replace("-", "")
    table = np.frombuffer(digits.encode("ascii"), dtype=np.uint8).reshape(-1, 10).astype(np.int64) - 48
    check = 11 - (table[:, :9] * np.arange(10, 1, -1)).sum(axis=1) % 11
    return np.where(check == 11, 0, check) == table[:, 9]


def _upn_passes(text: str) -> bool:
    """Whether the check letter of a unique pupil number fits its other twelve characters."""
    body = [int(sign) if sign.isdigit() else _UPN_LETTERS.index(sign) for sign in text[1:].upper()]
    return _UPN_LETTERS[sum(weight * value for weight, value in enumerate(body, start=2)) % 23] == text[0].upper()
