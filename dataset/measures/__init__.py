"""THE REGISTRY: the data items that are counted and the measures made of them, one file a theme."""

from dataset.definitions import DataItem, Measure, Theme
from dataset.measures import (
    assessment,
    child_protection,
    context,
    domestic_abuse,
    early_help,
    front_door,
    health,
    looked_after,
    missing,
    partnership,
    private_fostering,
    reviews,
    safer_workforce,
    training,
)
from dataset.measures.breakdowns import BREAKDOWNS

__all__ = ["BENCHMARK_SERIES", "BREAKDOWNS", "ITEMS", "MEASURES", "THEMES"]

_FILES = (
    early_help,
    front_door,
    assessment,
    child_protection,
    looked_after,
    missing,
    domestic_abuse,
    health,
    safer_workforce,
    private_fostering,
    training,
    reviews,
    partnership,
    context,
)

ITEMS: dict[str, DataItem] = {item.code: item for file in _FILES for item in file.ITEMS}
MEASURES: dict[str, Measure] = {measure.code: measure for file in _FILES for measure in file.MEASURES}
THEMES: dict[Theme, tuple[Measure, ...]] = {
    theme: tuple(measure for measure in MEASURES.values() if measure.theme is theme) for theme in Theme
}

BENCHMARK_SERIES: dict[str, str] = {
    "assessment_rate": "Assessments completed per 10,000 children",
    "care_application_rate": "Care applications per 10,000 children",
    "child_death_reviews_modifiable": "Child death reviews completed",
    "foster_missing_no_rhi_pct": "Children missing from foster care without a return interview",
    "lac_away_children_pct": "Children looked after who were away from placement without authorisation",
    "lac_missing_children": "Children looked after who went missing",
    "lac_missing_children_pct": "Share of children looked after who went missing",
    "lac_missing_incidents": "Missing incidents of children looked after",
    "lac_over_20_miles_pct": "Placed over 20 miles from home, of all children looked after",
    "marac_cases": "Cases discussed at MARAC",
    "marac_children": "Children in households discussed at MARAC",
    "marac_recommended_cases": "MARAC cases that SafeLives would expect",
}
