"""Trends for the tests of the drawings."""

from dashboard.trend import Line, Point, Trend


def trend(*values: float | None, unit: str = "%", lines: tuple[Line, ...] = (), spread: float = 5.0) -> Trend:
    """A trend with these values, each with an interval `spread` either way; None is a quarter not returned."""
    points = tuple(
        Point(f"P{place}", None, f"period {place}", missing="not returned")
        if value is None
        else Point(f"P{place}", value, f"period {place}", value - spread, value + spread, parts=f"{value:g} of 100")
        for place, value in enumerate(values)
    )
    return Trend("Reviews on time", points, lines, unit, 1 if unit else 0)


def level(kind: str, label: str, value: float, points: int) -> Line:
    return Line(kind, label, (value,) * points, "year to March 2017")  # type: ignore[arg-type]
