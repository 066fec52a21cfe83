"""Safer workforce: allegations against people who work with children."""

from dataset.definitions import Counts, DataItem, Kind, Measure, Polarity, Theme, Timing

ITEMS = (
    DataItem(
        "allegations",
        "Allegations against staff and volunteers",
        "partner_counts",
        Counts.EVENTS,
        Timing.IN_QUARTER,
        "Allegations that reached the designated officer in the quarter; as supplied",
        "LADO",
        breakdowns=("sector",),
    ),
    DataItem(
        "allegations_concluded",
        "Allegations concluded",
        "partner_counts",
        Counts.EVENTS,
        Timing.IN_QUARTER,
        "Allegations concluded in the quarter, whenever they were made; as supplied",
        "LADO",
        breakdowns=("sector",),
    ),
    DataItem(
        "allegations_in_three_months",
        "Allegations concluded within three months",
        "partner_counts",
        Counts.EVENTS,
        Timing.IN_QUARTER,
        "Of those concluded, the ones that took three months or less; as supplied",
        "LADO",
        breakdowns=("sector",),
    ),
)

MEASURES = (
    Measure(
        code="SW01",
        theme=Theme.SAFER_WORKFORCE,
        title="Allegations against staff and volunteers",
        short="Allegations against staff",
        kind=Kind.COUNT,
        numerator="allegations",
        timing=Timing.IN_QUARTER,
        polarity=Polarity.NONE,
        tier=2,
        activity=True,
        unit="allegations",
        published_2016_17="126",
        why_it_matters="Silence in a sector is a warning too.",
        question="Which sectors report none?",
    ),
    Measure(
        code="SW02",
        theme=Theme.SAFER_WORKFORCE,
        title="Allegations concluded within three months",
        short="Allegations concluded in three months",
        kind=Kind.PERCENTAGE,
        per=100,
        numerator="allegations_in_three_months",
        denominator="allegations_concluded",
        timing=Timing.IN_QUARTER,
        polarity=Polarity.HIGH,
        tier=2,
        unit="allegations",
        affected="allegations took longer",
        why_it_matters="Delay harms the child and the accused.",
        question="Are the long ones waiting for the police, for an employer or for us?",
    ),
)
