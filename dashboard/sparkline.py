"""Trends drawn on the server as SVG: the sparkline of a card, and the full chart for small multiples, for print and
for readers without scripts.  [pure]

Colours are classes of static/css/app.css; nothing here sets a style. Every picture has a title and a description.
"""

from dataclasses import dataclass
from html import escape

from dashboard.trend import Scale, Trend, describe, scale_of, spread_labels
from dataset.narrative import number


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's size and margins in its own units, and how much text there is room for."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    every: int = 1  # label at least every n-th quarter
    labels: bool = True


SPARK = Size(240, 52, 5, 7, 5, 3, labels=False)
MULTIPLE = Size(340, 190, 12, 82, 24, 36, every=8)
NARROW = Size(340, 300, 14, 82, 30, 36, every=8)
WIDE = Size(800, 380, 18, 150, 34, 44, every=2)


@dataclass(frozen=True, slots=True)
class Frame:
    """Places values in a drawing."""

    size: Size
    scale: Scale
    count: int

    def x(self, position: float) -> float:
        inner = self.size.width - self.size.left - self.size.right
        return round(self.size.left + (inner * position / (self.count - 1) if self.count > 1 else inner / 2), 1)

    def y(self, value: float) -> float:
        inside = min(max(value, self.scale.low), self.scale.high)
        part = (inside - self.scale.low) / (self.scale.high - self.scale.low)
        return round(self.size.height - self.size.bottom - part * (self.bottom - self.size.top), 1)

    @property
    def bottom(self) -> int:
        return self.size.height - self.size.bottom

    @property
    def right(self) -> int:
        return self.size.width - self.size.right

    def path(self, pairs: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(x):g} {self.y(value):g}" for x, value in pairs)


def sparkline(trend: Trend, ident: str) -> str:
    """A line as wide as a card, its last point marked, with the target dashed and England as a thin line.

    `ident` must be unique in the page.
    """
    frame = Frame(SPARK, _tight(trend), len(trend.points))
    lines = [line for line in trend.lines if line.kind in ("target", "england")]
    drawn = [_reference(frame, line.kind, line.values) for line in lines]
    drawn += [_gap(frame, trend), _ours(frame, trend), _end_dot(frame, trend, 3.5)]
    return _picture("spark", SPARK, ident, trend, drawn)


def trend_svg(trend: Trend, ident: str, size: Size = MULTIPLE, scale: Scale | None = None) -> str:
    """The full chart: axis, interval band, lines with their names at the right end, gaps left open.

    Give small multiples of one row the same `scale`. `ident` must be unique in the page.
    """
    scale = scale or scale_of([trend])
    frame = Frame(size, scale, len(trend.points))
    drawn = [_grid(frame, trend), _band(frame, trend)]
    drawn += [_reference(frame, line.kind, line.values) for line in trend.lines]
    drawn += [_gap(frame, trend), _ours(frame, trend), _dots(frame, trend), _quarters(frame, trend)]
    drawn += [_names(frame, trend)]
    return _picture("trend", size, ident, trend, drawn)


def _picture(css: str, size: Size, ident: str, trend: Trend, drawn: list[str]) -> str:
    ident = escape(ident)
    return (
        f'<svg class="{css}" viewBox="0 0 {size.width} {size.height}" width="{size.width}" height="{size.height}"'
        f' role="img" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">{escape(trend.title)}</title><desc id="{ident}-d">{escape(describe(trend))}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def _tight(trend: Trend) -> Scale:
    """A sparkline shows the shape, not the level: it uses its whole height."""
    shown = [point.value for point in trend.points if point.value is not None]
    shown += [v for line in trend.lines if line.kind in ("target", "england") for v in line.values if v is not None]
    low, high = (min(shown), max(shown)) if shown else (0.0, 1.0)
    return Scale(low, high, ()) if high > low else Scale(low - 1, high + 1, ())


def _grid(frame: Frame, trend: Trend) -> str:
    suffix = "%" if trend.unit == "%" else ""
    drawn = []
    for tick in frame.scale.ticks:
        y = frame.y(tick)
        css = "axis" if tick == frame.scale.ticks[0] and not frame.scale.is_cut else "grid"
        drawn.append(f'<path class="{css}" d="M{frame.size.left} {y:g}H{frame.right}"/>')
        drawn.append(
            f'<text x="{frame.size.left - 6}" y="{y + 4:g}" text-anchor="end">'
            f"{number(tick, frame.scale.places)}{suffix}</text>"
        )
    return "".join(drawn)


def _band(frame: Frame, trend: Trend) -> str:
    drawn = []
    for run in trend.runs():
        upper = [(i, trend.points[i].upper) for i in run]
        lower = [(i, trend.points[i].lower) for i in reversed(run)]
        edge = [(float(i), bound) for i, bound in upper + lower if bound is not None]
        if len(run) > 1 and len(edge) == 2 * len(run):
            drawn.append(f'<path class="band" d="{frame.path(edge)}Z"/>')
    return "".join(drawn)


def _reference(frame: Frame, kind: str, values: tuple[float | None, ...]) -> str:
    """Level over each point and stepped between, because an annual value holds for its whole year."""
    drawn, before = [], None
    for position, value in enumerate(values):
        if value is None:
            before = None
            continue
        y = frame.y(value)
        left = frame.x(max(position - 0.5, 0))
        right = frame.x(min(position + 0.5, frame.count - 1))
        drawn.append(f"{'M' if before is None else 'L'}{left:g} {y:g}H{right:g}")
        before = value
    return f'<path class="line line--{kind}" d="{"".join(drawn)}"/>' if drawn else ""


def _ours(frame: Frame, trend: Trend) -> str:
    runs = [[(float(i), trend.points[i].value or 0.0) for i in run] for run in trend.runs() if len(run) > 1]
    return f'<path class="ours" d="{"".join(frame.path(run) for run in runs)}"/>' if runs else ""


def _dots(frame: Frame, trend: Trend) -> str:
    """A dot a quarter where there is room, and everywhere the place that names the value under the pointer."""
    roomy = frame.size.width > 400
    drawn = [_end_dot(frame, trend, 5 if roomy else 4)]
    for i, point in enumerate(trend.points):
        if point.value is None:
            continue
        parts = f" ({point.parts})" if point.parts else ""
        said = escape(f"{point.full}: {trend.text(point.value)}{parts}")
        css, radius = ("dot", 3.4) if roomy and i != trend.latest else ("hit", 7.0)
        drawn.append(
            f'<circle class="{css}" cx="{frame.x(i):g}" cy="{frame.y(point.value):g}" r="{radius:g}">'
            f"<title>{said}</title></circle>"
        )
    return "".join(drawn)


def _end_dot(frame: Frame, trend: Trend, radius: float) -> str:
    """The last value; and any value alone between gaps, which no line would show."""
    alone = {run[0] for run in trend.runs() if len(run) == 1}
    return "".join(
        f'<circle class="dot" cx="{frame.x(i):g}" cy="{frame.y(point.value):g}"'
        f' r="{radius if i == trend.latest else radius - 1:g}"/>'
        for i, point in enumerate(trend.points)
        if point.value is not None and (i == trend.latest or i in alone)
    )


def _gap(frame: Frame, trend: Trend) -> str:
    """A small open mark on the axis for each point without a value, named on hover."""
    side = 4 if frame.size.labels else 3
    drawn = []
    for i, point in enumerate(trend.points):
        if point.value is None and point.missing:
            said = escape(f"{point.full}: {point.missing}")
            drawn.append(
                f'<rect class="gap" x="{frame.x(i) - side:g}" y="{frame.bottom - 2 * side - 1:g}" width="{2 * side}"'
                f' height="{2 * side}"><title>{said}</title></rect>'
            )
    return "".join(drawn)


def _quarters(frame: Frame, trend: Trend) -> str:
    """Names every n-th quarter, counted back from the last, so that the last always has its name."""
    return "".join(
        f'<text x="{max(frame.x(i), frame.size.left - 8):g}" y="{frame.bottom + 17}" text-anchor="middle">'
        f"{escape(trend.points[i].label)}</text>"
        for i in range(frame.count - 1, -1, -frame.size.every)
    )


def _names(frame: Frame, trend: Trend) -> str:
    """The name of each line at its right end, moved apart where they would touch, and its value where there is room."""
    said: list[tuple[str, str, float]] = []
    if trend.now is not None:
        text = f"{number(trend.now, trend.places)}{'%' if trend.unit == '%' else ''}"
        said.append(("ours", text, frame.y(trend.now)))
    for line in trend.lines:
        if line.last is not None:
            value = f" {number(line.last, trend.places)}" if frame.size.width > 400 else ""
            said.append((line.kind, f"{line.label}{value}", frame.y(line.last)))
    ys = spread_labels([y for _, _, y in said], gap=15, low=frame.size.top + 4, high=frame.bottom)
    return "".join(
        f'<text class="label label--{kind}" x="{frame.right + 10}" y="{y + 4:g}">{escape(text)}</text>'
        for (kind, text, _), y in zip(said, ys, strict=True)
    )
