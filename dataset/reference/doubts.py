"""What a person should look at before a publication's figures are stored: queries, each in a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median

from dataset.ingest.findings import Finding, query
from dataset.narrative import benchmark_period, day, listing, plural
from dataset.reference.choosing import Key
from dataset.reference.differences import Difference, StandingFigures, What
from dataset.reference.published import Place

MOST_NAMED = 8
_FACTOR = 50
_FEWEST_FOR_SCALE = 3


def left_out_queries(places: Mapping[Place, int]) -> list[Finding]:
    if not places:
        return []
    total = sum(places.values())
    names = sorted({f"{place.name or 'no name'} ({place.code or place.legacy or 'no code'})" for place in places})
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return [
        query(
            "unknown_area",
            f"{plural(total, 'figures')} of {plural(len(names), 'areas')} that the board does not know "
            f"{'is' if total == 1 else 'are'} left out: {', '.join(names[:MOST_NAMED])}{more}. An authority with a new "
            "code is known once a neighbour list names it.",
        )
    ]


def scale_queries(found: Sequence[Difference], keys: Mapping[str, Key], standing: StandingFigures) -> list[Finding]:
    """A query for each key whose values are a hundredth, or a hundred times, those known of the same areas."""
    known: dict[tuple[str, int], list[Decimal]] = {}
    for (key, area, _), stored in standing.items():
        if stored.value:
            known.setdefault((key, area), []).append(stored.value)
    ratios: dict[str, list[tuple[Decimal, Difference]]] = {}
    for one in found:
        before = known.get((one.figure.key, one.area.pk)) if one.area.pk else None
        if before and one.figure.value:
            ratios.setdefault(one.figure.key, []).append((one.figure.value / median(before), one))
    findings = []
    for key, worked in ratios.items():
        if len(worked) < _FEWEST_FOR_SCALE and len(worked) * 2 < sum(one.figure.key == key for one in found):
            continue
        middle = median(ratio for ratio, _ in worked)
        if middle <= Decimal(1) / _FACTOR or middle >= _FACTOR:
            example = worked[0][1]
            told = "times smaller" if middle < 1 else "times larger"
            factor = 1 / middle if middle < 1 else middle
            findings.append(
                query(
                    "factor_100",
                    f"{keys[key].title}: the file’s values are about {factor:,.0f} {told} than those known before, "
                    f"such as {example.words} for {example.area.name}, {benchmark_period(example.figure.period)}. "
                    "A share written as 0.23 where 23 is meant does that. Look whether this is the right indicator.",
                    found=key,
                )
            )
    return findings


def other_publication_queries(found: Iterable[Difference], publication: str) -> list[Finding]:
    """Queries that name the other publications whose figures would be revised, or stay because they are later."""
    revised: Counter[tuple[str, str, What]] = Counter()
    periods: dict[tuple[str, str, What], set[str]] = {}
    for one in found:
        if one.before is None or one.what not in (What.CHANGED, What.KEPT):
            continue
        other = one.before.publication or one.before.source
        if other == publication and one.what is What.CHANGED:
            continue
        at = (other, day(one.before.published_on) if one.before.published_on else "", one.what)
        revised[at] += 1
        periods.setdefault(at, set()).add(one.figure.period)
    findings = []
    for (other, published, what), count in revised.items():
        dated = f" (published on {published})" if published else ""
        years = listing([benchmark_period(period) for period in sorted(periods[(other, published, what)])[:MOST_NAMED]])
        if what is What.CHANGED:
            text = f"{plural(count, 'figures')} from “{other}”{dated} would be revised ({years})."
        else:
            text = (
                f"{plural(count, 'figures')} of this file would differ from “{other}”{dated}, which is later "
                f"({years}). The later ones stay."
            )
        findings.append(query("other_publication", text, found=other))
    return findings
