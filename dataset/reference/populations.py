"""Mid-year population estimates."""

from pathlib import Path

from django.db import transaction

from dataset import boardtime
from dataset.models import Population
from dataset.reference.areas import AreaBook, level_of
from dataset.reference.table import Loaded, Row, read_table

COLUMNS = ("level", "area", "area_code", "mid_year", "age_group", "population", "source")
AGE_GROUPS = {"0-17": "population_0_17", "women 16+": "population_women_16_plus"}


def load_population(path: Path) -> Loaded:
    """Add the file's estimates that are not the newest stored already. Raises LoadRefused, storing nothing."""
    table = read_table(path, COLUMNS)
    for row in table:
        _check(row)
    table.refuse_if_faulty()
    with transaction.atomic():
        book = AreaBook.open()
        newest = {
            key[:3]: key[3:]
            for key in Population.objects.order_by("recorded_at", "pk").values_list(
                "area_id", "mid_year", "age_group", "people", "source"
            )
        }
        moment, added, unchanged = boardtime.now(), [], 0
        for row in table:
            area = book.find_or_add(level=level_of(row), name=row.text("area"), code=row.text("area_code"))
            estimate = Population(
                area=area,
                mid_year=row.certain_whole("mid_year"),
                age_group=row.text("age_group"),
                people=row.certain_whole("population"),
                vintage=row.text("vintage", blank=True),
                source=row.text("source"),
                recorded_at=moment,
            )
            if newest.get((area.pk, estimate.mid_year, estimate.age_group)) == (estimate.people, estimate.source):
                unchanged += 1
            else:
                added.append(estimate)
        Population.objects.bulk_create(added, batch_size=1000)
    return Loaded(len(added), unchanged)


def _check(row: Row) -> None:
    level_of(row)
    age_group = row.text("age_group")
    if age_group and age_group not in AGE_GROUPS:
        row.fault(f"age_group “{age_group}” is not one of {', '.join(AGE_GROUPS)}.")
    row.text("area")
    row.text("area_code")
    row.text("source")
    people, year = row.whole("population"), row.whole("mid_year")
    if people is not None and people <= 0:
        row.fault(f"population is {people}; a population is above nought.")
    if year is not None and not 1990 <= year <= 2100:
        row.fault(f"mid_year is {year}; write a year like 2016.")
