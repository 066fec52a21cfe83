"""A publication's figures set beside those that stand, area by area."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from dataset.definitions import State
from dataset.ingest.findings import Finding, error
from dataset.models import Area, AreaLevel, Benchmark
from dataset.narrative import listing
from dataset.reference.areas import AreaBook
from dataset.reference.assembling import PublishedFigure
from dataset.reference.choosing import Key, Part
from dataset.reference.differences import Changes, Difference, Standing, StandingFigures, What
from dataset.reference.doubts import MOST_NAMED, left_out_queries, other_publication_queries, scale_queries
from dataset.reference.published import Place


def compare(
    figures: Sequence[PublishedFigure], keys: Mapping[str, Key], *, publication: str, published_on: date
) -> tuple[Changes, list[Finding]]:
    """What the figures would change, and the errors for which nothing may be stored."""
    book = AreaBook.open()
    areas: dict[Place, Area | None] = {}
    left_out: Counter[Place] = Counter()
    standing = _standing({figure.key for figure in figures})
    found = []
    for figure in figures:
        if figure.place not in areas:
            areas[figure.place] = _area_of(book, figure.place)
        area = areas[figure.place]
        if area is None:
            left_out[figure.place] += 1
            continue
        before = standing.get((figure.key, area.pk, figure.period)) if area.pk else None
        found.append(Difference(_what(figure, before, publication, published_on), figure, area, before))
    errors = []
    if not found:
        named = listing([place.name or place.code for place in list(left_out)[:MOST_NAMED]])
        errors.append(
            error(
                "no_known_area",
                f"No row is of an area that the board knows: the file has {named}. Check that it is the file of "
                "England; authorities are known from the neighbour lists, so load those first.",
                found=named,
            )
        )
    findings = [
        *left_out_queries(left_out),
        *scale_queries(found, keys, standing),
        *other_publication_queries(found, publication),
    ]
    return Changes(found, keys, findings, left_out), errors


def _area_of(book: AreaBook, place: Place) -> Area | None:
    """The area with the place's code. England and its regions are made where new; an authority must be known.

    Only a country or region that comes without a code is found by its name.
    """
    if place.code:
        known = book.by_code.get(place.code)
        if known is None and place.level != AreaLevel.LOCAL_AUTHORITY and place.code.startswith(("E92", "E12")):
            known = Area(level=place.level, name=place.name, code=place.code)
            book.by_code[place.code] = known
        return known
    if place.level == AreaLevel.LOCAL_AUTHORITY:
        return book.by_legacy.get(place.legacy) if place.legacy else None
    named = [area for area in book.by_code.values() if (area.level, area.name) == (place.level, place.name)]
    return named[0] if named else None


def _standing(keys: Collection[str]) -> StandingFigures:
    rows = Benchmark.objects.filter(key__in=keys).order_by("recorded_at", "pk")
    fields = (
        "value", "state", "numerator", "denominator", "publication__published_on", "published_on",
        "publication__name", "source",
    )  # fmt: skip
    return {
        (key, area, period): Standing(
            value, State(state), numerator, denominator, issued or published_on, name or "", source
        )
        for key, area, period, value, state, numerator, denominator, issued, published_on, name, source in (
            rows.values_list("key", "area_id", "period", *fields)
        )
    }


def _what(figure: PublishedFigure, before: Standing | None, publication: str, published_on: date) -> What:
    if before is None:
        return What.NEW
    same = (before.value, before.state) == (figure.value, figure.state) and all(
        part not in figure.parts or kept == given
        for part, kept, given in (
            (Part.NUMERATOR, before.numerator, figure.numerator),
            (Part.DENOMINATOR, before.denominator, figure.denominator),
        )
    )
    if same:
        return What.UNCHANGED
    is_earlier = before.published_on is not None and published_on < before.published_on
    return What.KEPT if is_earlier else What.CHANGED
