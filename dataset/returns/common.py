"""What several returns share: codes, columns, age bands."""

from typing import Any

import pandas as pd

from dataset.definitions import Code, Column, ColumnKind

MOST_OF_ANYTHING = 30_000
AGE_BANDS: tuple[tuple[str, str, int, int], ...] = (
    ("u0", "Unborn to 0", -1, 0),
    ("1-4", "1 to 4", 1, 4),
    ("5-9", "5 to 9", 5, 9),
    ("10-15", "10 to 15", 10, 15),
    ("16-17", "16 to 17", 16, 17),
    ("18+", "18 and over", 18, 999),
)

GENDER_CODES = (
    Code("M", "Male", ("1", "boy", "boys", "man")),
    Code("F", "Female", ("2", "girl", "girls", "woman")),
    Code("9", "Indeterminate", ("I",)),
    Code("0", "Not recorded or unborn", ("U", "unborn", "unknown", "not recorded", "not known", "N")),
)


def identifier(name: str, of: str, *serves: str, example: str, unique: bool = False) -> Column:
    """A column whose values are hashed on the way in and shown nowhere."""
    return Column(
        name,
        ColumnKind.IDENTIFIER,
        f"Your system's own number for {of}; never an NHS number, UPN or name. It is replaced by a digest on the "
        "way in.",
        example,
        serves,
        unique=unique,
    )


def age(moment: str, *serves: str, minimum: int = -1) -> Column:
    unborn = "; −1 for an unborn child" if minimum < 0 else ""
    return Column(
        "age",
        ColumnKind.INTEGER,
        f"Age in whole years {moment}{unborn}.",
        "9",
        serves,
        minimum=minimum,
        maximum=25,
    )


def gender(*serves: str) -> Column:
    return Column(
        "gender",
        ColumnKind.CODE,
        "M or 1 male, F or 2 female, 9 indeterminate, 0 not recorded or unborn.",
        "F",
        serves,
        codes=GENDER_CODES,
    )


def locality(*serves: str) -> Column:
    return Column(
        "locality",
        ColumnKind.LABEL,
        "The locality, from the area's own list. Blank if not known.",
        "Salisbury",
        serves,
        required=False,
        may_be_blank=True,
    )


def yes_no(name: str, description: str, *serves: str, example: str = "yes", may_be_blank: bool = False) -> Column:
    return Column(name, ColumnKind.YES_NO, description, example, serves, may_be_blank=may_be_blank)


def count(name: str, description: str, *serves: str, example: str, minimum: int = 0) -> Column:
    """A column that holds a whole number of things, up to the most that any row of a return could have."""
    return Column(name, ColumnKind.INTEGER, description, example, serves, minimum=minimum, maximum=MOST_OF_ANYTHING)


def words(value: str, *aliases: str, last_year: int | None = None) -> Code:
    """A code that is its own plain words: 'no further action', also written with hyphens or underscores."""
    spelt = tuple(value.replace(" ", mark) for mark in "_-" if " " in value)
    return Code(value, value[0].upper() + value[1:], (*spelt, *aliases), last_year=last_year)


def age_band(ages: pd.Series) -> pd.Series:
    """The band's code for each age; blank where the age is missing."""
    bands = pd.Series(pd.NA, index=ages.index, dtype="string")
    for code, _, lowest, highest in AGE_BANDS:
        bands[ages.between(lowest, highest).fillna(False).astype(bool)] = code
    return bands


def group_of(codes: tuple[Code, ...], values: pd.Series) -> pd.Series:
    """The group of each stored code."""
    return values.map({code.value: code.group for code in codes}).astype("string")


def as_flags(mask: pd.Series) -> pd.Series:
    """A mask that is never missing, as 'boolean'; a comparison with a missing value is no."""
    return mask.fillna(False).astype("boolean")


def has_any(column: pd.Series, *codes: str) -> pd.Series:
    """Whether a column of codes joined by spaces holds any of these."""
    pattern = rf"(?:^| )(?:{'|'.join(codes)})(?: |$)"
    return column.astype("string").fillna("").str.contains(pattern).astype("boolean")


def labels_of(codes: tuple[Code, ...]) -> dict[str, str]:
    return {code.value: code.label for code in codes}


def unknown(length: int, index: Any) -> pd.Series:
    return pd.Series([pd.NA] * length, index=index, dtype="boolean")
