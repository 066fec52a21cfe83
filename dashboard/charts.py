"""The interactive chart of one measure: plain values in, a Plotly figure and its text out.  [pure]

The figure is built without Plotly's default template (three times the cost and the weight) and from plain lists,
which stay numbers in JSON. Colours and the lines' order are those of the still picture in `sparkline`.
"""

import json
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.theme import CHART, FONT
from dashboard.trend import LineKind, Scale, Trend, describe, scale_of, spread_labels
from dataset.narrative import number

_COLOURS: dict[LineKind, str] = {
    "target": CHART.target,
    "england": CHART.england,
    "neighbours": CHART.neighbours,
}
_DASHES: dict[LineKind, str] = {"target": "dash", "england": "solid", "neighbours": "dot"}
# The still picture's frame, so that nothing moves when the one takes the other's place.
HEIGHT, MARGIN = 380, {"l": 44, "r": 150, "t": 18, "b": 34}
NARROW_HEIGHT, NARROW_MARGIN = 280, {"l": 36, "r": 82, "t": 14, "b": 34}


# Weight as a property: bold as markup would make Plotly write a style attribute, which the policy forbids.
_NOW = {"color": CHART.ours, "size": 14, "weight": 700}


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and the text that says the same."""

    figure: go.Figure
    text: str


def trend_chart(trend: Trend, scale: Scale | None = None) -> Chart:
    """The measure's line with its interval, the target, England and the neighbours, each named at its end."""
    scale = scale or scale_of([trend])
    figure = go.Figure(
        data=[*_band(trend), *(_line(trend, line.kind) for line in trend.lines), _ours(trend)],
        layout=_layout(trend, scale),
    )
    return Chart(figure, describe(trend))


def payload(trend: Trend) -> dict[str, Any]:
    """What the page carries for charts.js: the figure, what changes on a narrow screen, and the text."""
    chart = trend_chart(trend)
    figure = json.loads(chart.figure.to_json())
    del figure["layout"]["template"]
    scale, every = scale_of([trend]), max(1, len(trend.points) // 2)
    narrow = {
        "margin": NARROW_MARGIN,
        "xaxis": {"tickvals": _ticks(trend, every), "ticktext": _tick_names(trend, every)},
        "annotations": [*_names(trend, scale, narrow=True), *_gaps(trend, scale)],
    }
    return {"figure": figure, "narrow": narrow, "text": chart.text}


def _ours(trend: Trend) -> go.Scatter:
    """Drawn without joining gaps: a quarter that was not returned is not a line between its neighbours."""
    return go.Scatter(
        x=list(range(len(trend.points))),
        y=[point.value for point in trend.points],
        mode="lines+markers",
        connectgaps=False,
        cliponaxis=False,
        name=trend.title,
        line={"color": CHART.ours, "width": 2.75},
        marker={
            "color": CHART.ours,
            "opacity": 1,
            "size": [10 if position == trend.latest else 7 for position in range(len(trend.points))],
            "line": {"color": CHART.paper, "width": 1.25},
        },
        text=[_hover(trend, position) for position in range(len(trend.points))],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(trend: Trend, position: int) -> str:
    point = trend.points[position]
    if point.value is None:
        return ""
    said = [f"{point.full}: {trend.text(point.value)}"]
    if point.parts:
        said.append(point.parts)
    if point.lower is not None and point.upper is not None:
        said.append(f"could be {trend.text(point.lower)} to {trend.text(point.upper)}")
    return "<br>".join(said)


def _band(trend: Trend) -> list[go.Scatter]:
    """One filled shape for each run of points, so that no band is drawn across a gap."""
    bands = []
    for run in trend.runs():
        upper = [trend.points[i].upper for i in run]
        lower = [trend.points[i].lower for i in reversed(run)]
        if len(run) > 1 and None not in upper and None not in lower:
            bands.append(
                go.Scatter(
                    x=[*run, *reversed(run)],
                    y=upper + lower,
                    fill="toself",
                    fillcolor=CHART.band,
                    line={"width": 0},
                    mode="lines",
                    hoverinfo="skip",
                    name="What chance allows (95%)",
                )
            )
    return bands


def _line(trend: Trend, kind: LineKind) -> go.Scatter:
    """Stepped half way between points, because an annual value holds for the whole of its year."""
    line = next(line for line in trend.lines if line.kind == kind)
    return go.Scatter(
        x=list(range(len(trend.points))),
        y=list(line.values),
        mode="lines",
        connectgaps=False,
        name=line.label,
        line={"color": _COLOURS[kind], "width": 1.75, "dash": _DASHES[kind], "shape": "hvh"},
        hovertemplate=f"{line.label}: %{{y:.{trend.places}f}}{'%' if trend.unit == '%' else ''}<extra></extra>",
    )


def _layout(trend: Trend, scale: Scale) -> dict[str, Any]:
    font = {"family": FONT, "size": 12, "color": CHART.text}
    every = 2 if len(trend.points) > 8 else 1
    return {
        "template": go.layout.Template(),
        "autosize": True,
        "margin": MARGIN,
        "paper_bgcolor": CHART.paper,
        "plot_bgcolor": CHART.paper,
        "font": font,
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": CHART.paper,
            "bordercolor": CHART.axis,
            "font": {**font, "color": CHART.ink},
        },
        "dragmode": False,
        "xaxis": {
            "range": [-0.15, len(trend.points) - 0.85],
            "tickvals": _ticks(trend, every),
            "ticktext": _tick_names(trend, every),
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [scale.low, scale.high],
            "tickvals": list(scale.ticks),
            "ticktext": [f"{number(tick, scale.places)}{'%' if trend.unit == '%' else ''}" for tick in scale.ticks],
            "gridcolor": CHART.grid,
            "zeroline": scale.low == 0,
            "zerolinecolor": CHART.axis,
            "zerolinewidth": 1,
            "fixedrange": True,
        },
        "annotations": [*_names(trend, scale), *_gaps(trend, scale)],
    }


def _ticks(trend: Trend, every: int) -> list[int]:
    """Every n-th quarter counted back from the last, which always has its name."""
    return list(range(len(trend.points) - 1, -1, -every))[::-1]


def _tick_names(trend: Trend, every: int) -> list[str]:
    return [trend.points[position].label for position in _ticks(trend, every)]


def _names(trend: Trend, scale: Scale, *, narrow: bool = False) -> list[dict[str, Any]]:
    """Each line's name beside its right end, moved apart where they would touch, and its value where there is room."""
    said: list[tuple[str, str, float]] = []
    if trend.now is not None:
        said.append((f"{number(trend.now, trend.places)}{'%' if trend.unit == '%' else ''}", CHART.ours, trend.now))
    for line in trend.lines:
        if line.last is not None:
            text = line.label if narrow else f"{line.label} {number(line.last, trend.places)}"
            said.append((text, _COLOURS[line.kind], line.last))
    margin = NARROW_MARGIN if narrow else MARGIN
    pixels = (NARROW_HEIGHT if narrow else HEIGHT) - margin["t"] - margin["b"]
    gap = 16 * (scale.high - scale.low) / pixels
    apart = spread_labels([y for *_, y in said], gap=gap, low=scale.low, high=scale.high)
    return [
        {
            "text": text,
            "font": _NOW if colour == CHART.ours else {"color": colour, "size": 12},
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 10,
            "y": y,
            "showarrow": False,
        }
        for (text, colour, _), y in zip(said, apart, strict=True)
    ]


def _gaps(trend: Trend, scale: Scale) -> list[dict[str, Any]]:
    """Each gap is marked on the axis and says its reason to the pointer."""
    return [
        {
            "text": "□",
            "x": position,
            "y": scale.low,
            "yshift": 8,
            "showarrow": False,
            "font": {"color": CHART.axis, "size": 14},
            "hovertext": f"{point.full}: {point.missing or 'no value'}",
        }
        for position, point in enumerate(trend.points)
        if point.value is None
    ]
