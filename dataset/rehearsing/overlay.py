"""The evidence as it would be with one version more: a candidate's figures laid over what stands.  [pure]"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from dataset.derivation import FigureValue
from dataset.evidence import Evidence, ReturnSource
from dataset.measures import ITEMS
from dataset.periods import Quarter, Window

Key = tuple[str, Quarter, Window]


def lay_over(
    evidence: Evidence,
    source: ReturnSource,
    figures: Mapping[Key, FigureValue],
    recounted: Collection[Key] = (),
) -> Evidence:
    """The evidence with `source` standing in the place of the version before it, as acceptance would leave it.

    `figures` are what the version would be counted into, each naming the versions behind it. `recounted` are the
    longer windows that hold its quarter: what is there of them was counted over versions that would no longer stand
    together, so each is replaced, or gone where `figures` has none. A total gives way to records, as in the selectors.
    """
    replaced = {
        label
        for label, one in evidence.sources.items()
        if (one.return_type, one.supplier, one.quarter) == (source.return_type, source.supplier, source.quarter)
    }
    gone = set(recounted)
    kept = {
        key: figure
        for key, figure in evidence.figures.items()
        if key not in gone and not (key[2] is Window.QUARTER and replaced.intersection(figure.sources))
    }
    for key, figure in figures.items():
        standing = kept.get(key)
        gives_way = source.return_type != ITEMS[key[0]].source
        if standing is None or not (gives_way and _is_of_records(key[0], standing, evidence)):
            kept[key] = figure
    sources = {label: one for label, one in evidence.sources.items() if label not in replaced}
    return replace(evidence, figures=kept, sources={**sources, source.label: source})


def _is_of_records(item: str, figure: FigureValue, evidence: Evidence) -> bool:
    return any(evidence.sources[label].return_type == ITEMS[item].source for label in figure.sources)


def changed_items(before: Evidence, after: Evidence) -> set[str]:
    """The items of which any figure is another, whichever version it is from."""
    keys = before.figures.keys() | after.figures.keys()
    return {key[0] for key in keys if _told(before.figures.get(key)) != _told(after.figures.get(key))}


def _told(figure: FigureValue | None) -> object:
    return None if figure is None else (figure.value, figure.state, figure.known, figure.note)
