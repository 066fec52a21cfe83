"""Tags and filters of the board's pages: shapes, statuses, drawings and addresses."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from dashboard import charts
from dashboard import sparkline as drawing
from dashboard.theme import shape_svg
from dashboard.trend import Scale, Trend, describe, shared_scales, trend_of
from dataset.status import Status

register = template.Library()
SIZES = {"multiple": drawing.MULTIPLE, "narrow": drawing.NARROW, "wide": drawing.WIDE}


def _drawn(name: str, *, open_: bool = False) -> SafeString:
    # A constant of theme.py: nothing that came from outside is in it.
    return mark_safe(shape_svg(name, open_=open_))  # noqa: S308


@register.simple_tag
def shape(name: str, open: bool = False) -> SafeString:
    """One shape of theme.py. It says nothing to a screen reader: put the word beside it."""
    return _drawn(name, open_=open)


@register.simple_tag
def status_shape(status: Status) -> SafeString:
    """The status's shape alone, an outline where it is not certain; for a place that has the words beside it."""
    return _drawn(status.shape, open_=status.certain is False)


@register.simple_tag
def status_tag(status: Status, small: bool = False) -> SafeString:
    """The status as word, shape and colour together."""
    unsure = status.certain is False
    classes = f"tag tone-{status.tone}{' tag--unsure' if unsure else ''}{' tag--small' if small else ''}"
    return format_html('<span class="{}">{}<span>{}</span></span>', classes, status_shape(status), status_word(status))


# The words that need what they are beside, where they stand alone in a tag.
BESIDE = {"higher": "Higher than", "similar": "Similar to", "lower": "Lower than"}


@register.filter
def status_word(status: Status) -> str:
    """'Off target', 'Off target, not certain', 'Higher than England'."""
    if status.standard and status.word in BESIDE:
        return f"{BESIDE[status.word]} {status.standard}"
    return f"{status.word[:1].upper()}{status.word[1:]}{', not certain' if status.certain is False else ''}"


@register.filter
def tone(status: Status) -> str:
    """The class that gives a box the status's colours: 'tone-red'."""
    return f"tone-{status.tone}"


@register.filter
def first_sentence(text: str) -> str:
    """'45 of 60 were on time.' of a longer reason."""
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else first


@register.filter
def further_sentences(text: str) -> str:
    """What follows the first sentence."""
    return text.partition(". ")[2]


@register.filter
def leading_number(text: str) -> str:
    """'377.8' of '377.8 per 10,000'."""
    return text.partition(" ")[0]


@register.filter
def trailing_unit(text: str) -> str:
    """'per 10,000' of '377.8 per 10,000'."""
    return text.partition(" ")[2]


@register.filter
def trend(card: Any) -> Trend:
    """The trend of a card (or of anything that has a reading)."""
    return trend_of(card.reading)


@register.simple_tag
def scales(cards: Any) -> dict[str, Scale]:
    """The vertical scale of each card's small chart, by measure: like is drawn beside like."""
    cards = list(cards)
    return dict(zip([card.code for card in cards], shared_scales([trend(card) for card in cards]), strict=True))


@register.filter
def of(mapping: Any, key: Any) -> Any:
    """One entry of a mapping, None where it has none."""
    return mapping.get(key)


@register.simple_tag
def sparkline(trend: Trend, ident: str) -> SafeString:
    """A card's line. `ident` must be unique in the page."""
    return mark_safe(drawing.sparkline(trend, f"spark-{ident}"))  # noqa: S308 - its text is escaped


@register.simple_tag
def trend_svg(trend: Trend, ident: str, size: str = "multiple", scale: Scale | None = None) -> SafeString:
    """The full chart as SVG. `size` is multiple, narrow or wide; `scale` is shared by small multiples."""
    return mark_safe(drawing.trend_svg(trend, f"{size}-{ident}", SIZES[size], scale))  # noqa: S308 - as above


@register.simple_tag
def chart_data(trend: Trend, ident: str) -> SafeString:
    """The interactive chart's figure, as JSON that the page carries and charts.js draws."""
    return json_script(charts.payload(trend), f"figure-{ident}")


@register.filter(name="describe")
def describe_trend(trend: Trend) -> str:
    """The chart in one or two sentences."""
    return describe(trend)


@register.simple_tag
def query(request: HttpRequest, **changes: Any) -> str:
    """The page's own query string with some parameters changed; None takes one away."""
    parameters = request.GET.copy()
    for key, value in changes.items():
        parameters.pop(key, None)
        if value is not None:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag
def bar_widths(bars: Any) -> list[tuple[Any, str]]:
    """Each bar with its width, of 100 for the longest."""
    bars = list(bars)
    longest = max((bar.value for bar in bars), default=0) or 1
    return [(bar, f"{max(bar.value, 0) / longest * 100:.1f}") for bar in bars]


# How a due return stands, as tone and shape; the word is the standing's own.
STANDINGS = {
    "not_over": ("grey", "dash"),
    "due": ("blue", "clock"),
    "overdue": ("red", "triangle"),
    "received": ("green", "tick"),
    "late": ("amber", "diamond"),
    "nil": ("green", "nought"),
    "queried": ("amber", "flag"),
}


@register.filter
def standing_tone(standing: str) -> str:
    return STANDINGS[standing][0]


@register.filter
def standing_shape(standing: str) -> str:
    return STANDINGS[standing][1]
