"""Finding an area by its code, never by its name alone where a code is known."""

from dataclasses import dataclass

from dataset.models import Area, AreaLevel
from dataset.reference.table import Row


@dataclass
class AreaBook:
    """Every stored area, by code, by DfE's three-digit code and, for the uncoded, by level and name."""

    by_code: dict[str, Area]
    by_legacy: dict[str, Area]
    by_name: dict[tuple[str, str], Area]

    @classmethod
    def open(cls) -> "AreaBook":
        book = cls({}, {}, {})
        for area in Area.objects.all():
            book._enter(area)
        return book

    def find_or_add(self, *, level: str, name: str, code: str = "", legacy_code: str = "") -> Area:
        """The area with the code; else with the legacy code; else, uncoded, with the level and name. Adds new ones."""
        found = (
            self.by_code.get(code)
            if code
            else self.by_legacy.get(legacy_code) or (None if legacy_code else self.by_name.get((level, name)))
        )
        if found is None:
            found = Area.objects.create(level=level, name=name, code=code, legacy_code=legacy_code)
        elif legacy_code and not found.legacy_code:
            found.legacy_code = legacy_code
            found.save(update_fields=["legacy_code"])
        self._enter(found)
        return found

    def _enter(self, area: Area) -> None:
        if area.code:
            self.by_code[area.code] = area
        else:
            self.by_name[(area.level, area.name)] = area
        if area.legacy_code:
            self.by_legacy[area.legacy_code] = area


_ALIASES = {"regional": AreaLevel.REGION}


def level_of(row: Row) -> str:
    """The row's area level; its publishers write 'region' and 'regional' for one thing."""
    text = row.text("level")
    level = str(_ALIASES.get(text, text))
    if text and level not in AreaLevel.values:
        row.fault(f"level “{text}” is not one of {', '.join(sorted(AreaLevel.values))}.")
    return level
