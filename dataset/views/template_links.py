"""Where the blank templates are, for the pages that offer them."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from dataset import boardtime
from dataset.definitions import ReturnType
from dataset.owing import COUNTS, owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTERS_OFFERED = 9


@dataclass(frozen=True)
class TemplateLinks:
    """A blank template in its two forms. `supplier` is the code of the agency whose items it lists, if it lists any."""

    kind: ReturnType
    quarter: Quarter
    supplier: str = ""

    @property
    def csv(self) -> str:
        return reverse("returns:template", args=[self.kind.code]) + self._query

    @property
    def workbook(self) -> str:
        return reverse("returns:workbook", args=[self.kind.code]) + self._query

    @property
    def _query(self) -> str:
        supplier = {"supplier": self.supplier} if self.supplier else {}
        return f"?{urlencode({**supplier, 'quarter': self.quarter.slug})}"


def template_links(code: str, quarter: Quarter, supplier: str) -> TemplateLinks:
    """The template of a return for a quarter; of the counts return the one that lists what the supplier owes."""
    return TemplateLinks(RETURN_TYPES[code], quarter, supplier if code == COUNTS else "")


def links_to_templates(codes: Collection[str], suppliers: Collection[str], quarter: Quarter) -> list[TemplateLinks]:
    """A template for each return, and of the counts return one for each of the suppliers that owes any item."""
    links = []
    for code in codes:
        owing = [one for one in suppliers if owed_items(one, quarter)] if code == COUNTS else []
        links += [template_links(code, quarter, one) for one in owing or [""]]
    return links


def quarters_offered() -> tuple[Quarter, ...]:
    """The quarters for which a template is offered, newest first: the one now running, and those before it."""
    return Quarter.of(boardtime.today()).back(QUARTERS_OFFERED)[::-1]
