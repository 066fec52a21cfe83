"""Sortable tables of returns: the figures counted from one version."""

from typing import Any

import django_tables2 as tables
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dataset.derivation import FigureValue
from dataset.models import QuarterlyReturn
from dataset.rehearsal import Change

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}
NO_CHANGE = "no change"


class FiguresTable(tables.Table):
    """Totals as they are with one version and, where there was one before it, with that one."""

    title = tables.Column("Data item", attrs={"th": {"class": "row-key"}})
    period = tables.Column("Quarter or window", order_by=("window", "quarter", "title"))
    before = tables.Column("Before", attrs=NUMBER, order_by="before__value", empty_values=())
    after = tables.Column("Now", attrs=NUMBER, order_by="after__value", empty_values=())
    difference = tables.Column("Change", attrs=NUMBER, empty_values=())

    class Meta:
        template_name = "returns/table.html"
        row_header = "title"
        empty_text = "No figures are counted from this return."

    def __init__(
        self, data: list[Change], *args: Any, version: QuarterlyReturn, before: QuarterlyReturn | None, **kwargs: Any
    ) -> None:
        self.is_candidate = version.version is None
        exclude = () if before else ("before", "difference")
        if len({change.period for change in data}) == 1:
            exclude = (*exclude, "period")
        super().__init__(data, *args, exclude=exclude, **kwargs)
        self.caption = "What accepting would count" if self.is_candidate else f"Counted with version {version.version}"
        after = "With this file" if self.is_candidate else f"Version {version.version}"
        self.columns["after"].column.verbose_name = after
        if before:
            self.columns["before"].column.verbose_name = f"Version {before.version}"

    def render_title(self, value: str, record: Change) -> SafeString | str:
        note = record.after.note if record.after else ""
        return format_html('{}<span class="sub">{}</span>', value, note) if note else value

    def render_before(self, value: FigureValue | None) -> str:
        return number_or_state(value)

    def render_after(self, value: FigureValue | None) -> str:
        return number_or_state(value)

    def render_difference(self, record: Change) -> str:
        if not record.is_change:
            return NO_CHANGE
        if record.difference is None:
            return "–"
        return f"{record.difference:+,}".replace("-", "−")


def number_or_state(figure: FigureValue | None) -> str:
    """'3,504', 'Not available', or a dash where the version has no such figure."""
    if figure is None:
        return "–"
    if figure.value is None:
        return str(capfirst(figure.state.label))
    return f"{figure.value:,}"
