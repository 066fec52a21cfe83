"""What a tone and a shape look like: the colours, the drawings, and the few colours of charts.  [pure]

Which word, tone and shape a judgement has is decided in `dataset.standards`; here each gets its drawing. A status is
never colour alone: the shapes differ, and the fills of green, amber and red differ in lightness, so that a
black-and-white print and a colour-blind reader lose nothing. The same colours are custom properties
at the top of static/css/app.css; a test holds the two equal.
"""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """`word` is for text on `tint`; `shape` for symbols on `tint` or white; `on_fill` for symbols on `fill`."""

    word: str
    shape: str
    tint: str
    fill: str
    on_fill: str


TONES: dict[str, Colours] = {
    "green": Colours(word="#0e5132", shape="#1b7a4b", tint="#e3f2e9", fill="#c4e5d1", on_fill="#0e5132"),
    "amber": Colours(word="#6a4300", shape="#a86200", tint="#fdf0d5", fill="#f2b84b", on_fill="#4a2f00"),
    "red": Colours(word="#8a1c17", shape="#b8281f", tint="#fbe7e5", fill="#a3221b", on_fill="#ffffff"),
    "grey-blue": Colours(word="#35495c", shape="#587189", tint="#e8eef3", fill="#d5e0e9", on_fill="#35495c"),
    "blue": Colours(word="#1b427f", shape="#2d5fae", tint="#e5eefa", fill="#d3e2f6", on_fill="#1b427f"),
    "grey": Colours(word="#4a5058", shape="#69717a", tint="#eef0f2", fill="#eef0f2", on_fill="#4a5058"),
}

# Drawn in a box of 16 × 16. Elements of class 'line' are strokes; the rest are filled, and turn to outlines where a
# judgement is not certain.
SHAPES: dict[str, str] = {
    "circle": '<circle cx="8" cy="8" r="6.25"/>',
    "diamond": '<path d="M8 .8 15.2 8 8 15.2.8 8z"/>',
    "triangle": '<path d="M8 1.2 15.4 14.4H.6z"/>',
    "half-circle": '<path d="M8 2a6 6 0 0 0 0 12z"/><circle class="line" cx="8" cy="8" r="6"/>',
    "arrow-up": '<path class="line" d="M2.5 8.5 8 3l5.5 5.5M2 13.2h12"/>',
    "bar": '<path class="line" d="M2 5.4h12M2 10.6h12"/>',
    "arrow-down": '<path class="line" d="M2.5 7.5 8 13l5.5-5.5M2 2.8h12"/>',
    "dash": '<path class="line" d="M3 8h10"/>',
    "dots": '<circle cx="2.8" cy="8" r="1.7"/><circle cx="8" cy="8" r="1.7"/><circle cx="13.2" cy="8" r="1.7"/>',
    "clock": '<circle class="line" cx="8" cy="8" r="6"/><path class="line" d="M8 4.2V8.4h3"/>',
    "lock": '<rect x="2.5" y="7" width="11" height="7.5" rx="1"/><path class="line" d="M5 7V4.8a3 3 0 0 1 6 0V7"/>',
    "cross": '<path class="line" d="M3 3l10 10M13 3 3 13"/>',
    "ring": '<circle class="line" cx="8" cy="8" r="4.5"/>',
    "nought": '<ellipse class="line" cx="8" cy="8" rx="4" ry="6"/>',
    "up": '<path class="line" d="M8 14V3M3 8l5-5 5 5"/>',
    "down": '<path class="line" d="M8 2v11M3 8l5 5 5-5"/>',
    "same": '<path class="line" d="M2 8h11M8.5 3.5 13 8l-4.5 4.5"/>',
    "tick": '<path class="line" d="M2.5 8.5 6.5 12.5 13.5 4"/>',
    "flag": '<path d="M4 2h9l-2.5 3.5L13 9H4z"/><path class="line" d="M3.5 1.5v13"/>',
}


@dataclass(frozen=True, slots=True)
class ChartColours:
    """The lines of a chart: ours is the darkest and thickest; the others also differ by dash."""

    ours: str = "#123a5c"
    band: str = "#d3dfea"
    england: str = "#6a3f8f"
    neighbours: str = "#0d6e6e"
    target: str = "#17212b"
    grid: str = "#e1e6ea"
    axis: str = "#7b8792"
    text: str = "#46525e"
    ink: str = "#17212b"
    paper: str = "#ffffff"


CHART = ChartColours()
FONT = '"Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'


def shape_svg(name: str, *, open_: bool = False, extra: str = "") -> str:
    """One shape as inline SVG, hidden from assistive technology: the word beside it says the same."""
    classes = " ".join(filter(None, ("shape", "shape--open" if open_ else "", extra)))
    return f'<svg class="{classes}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{SHAPES[name]}</svg>'


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb', by WCAG 2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, by WCAG 2: 1 (none) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def board_stylesheet(colour: str) -> str:
    """The one rule that sets the board's own colour, with the ink that can be read on it.

    Raises ValueError where the setting is not a colour.
    """
    if not _HEX.fullmatch(colour):
        raise ValueError(f"BOARD_COLOUR is “{colour}”; write it as six hexadecimal digits, like #12454d.")
    ink = max(("#ffffff", CHART.ink), key=lambda candidate: contrast(colour, candidate))
    return f":root {{ --board: {colour}; --on-board: {ink}; }}\n"
