"""The marks that stand in published tables where a number is hidden or is not there: c, x, z, *, <5, ... [pure]"""

import re
from collections.abc import Sequence

from dataset.definitions import STATE_OF_LETTER, ReturnType, State

_FEWER_THAN = re.compile(r"<\s*\d{1,2}")


def state_of_mark(text: str) -> State | None:
    """What a mark says of the number whose place it takes; None where the text is no mark."""
    plain = text.strip().casefold()
    if plain == "*" or _FEWER_THAN.fullmatch(plain):
        return State.CONFIDENTIAL
    return STATE_OF_LETTER.get(plain)


def move_marks(
    texts: list[Sequence[str]], matched: dict[int, str], return_type: ReturnType
) -> tuple[list[Sequence[str]], dict[int, str]]:
    """The columns' texts with each mark moved from a value's cell to its blank state cell, where the return has one.

    A file without the state column gets one, in the place after its last.
    """
    for column in return_type.columns:
        place = next((place for place, name in matched.items() if name == column.name), None)
        if not column.state_column or place is None or not any(map(state_of_mark, set(texts[place]))):
            continue
        values = list(texts[place])
        beside = next((place for place, name in matched.items() if name == column.state_column), len(texts))
        states = list(texts[beside]) if beside < len(texts) else [""] * len(values)
        for row, text in enumerate(values):
            state = state_of_mark(text)
            if state is not None and (not states[row] or state_of_mark(states[row]) is state):
                values[row], states[row] = "", states[row] or state.letter
        moved = {place: values, beside: states}
        known = [*texts, *([()] if beside == len(texts) else [])]
        texts = [moved.get(one, text) for one, text in enumerate(known)]
        matched = {**matched, beside: column.state_column}
    return texts, matched
