"""The demonstration board: synthetic returns and published reference data, loaded through the doors of a real board."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.agencies import load_agencies
from accounts.models import Agency, Membership, User
from accounts.roles import Role
from dataset import boardtime
from dataset.ingest.storing import accept_return, receive_file
from dataset.models import Area
from dataset.periods import Quarter
from dataset.reference.benchmarks import load_benchmarks
from dataset.reference.neighbours import load_neighbours
from dataset.reference.populations import load_population
from dataset.reference.targets import load_targets
from dataset.returns import RETURN_TYPES
from dataset.setting_up import ensure_obligations, set_localities

FIRST_QUARTER = Quarter(2013, 1)
FOLDER = Path("fixtures/demo")
REFERENCE = Path("fixtures/reference")
SYSTEM_LABEL = "demonstration"
PEOPLE = (
    ("officer", "Data officer, children's social care", Role.DATA_OFFICER, "CSC"),
    ("police", "Data officer, police", Role.DATA_OFFICER, "POL"),
    ("lead", "Agency lead, children's social care", Role.AGENCY_LEAD, "CSC"),
    ("quality", "Quality Assurance sub group member", Role.QUALITY, "BOARD"),
    ("executive", "Executive member", Role.EXECUTIVE, "CCG"),
    ("manager", "Board manager", Role.MANAGER, "BOARD"),
    ("auditor", "Inspector", Role.AUDITOR, "BOARD"),
)


class DemonstrationFault(RuntimeError):
    """A demonstration file was refused: the fixtures and the definitions disagree."""


@dataclass(frozen=True)
class Receipt:
    """One line of the receipts file: which file came from whom, for when, and when it came."""

    return_type: str
    supplier: str
    quarter: Quarter
    path: Path
    received_at: datetime
    nil: bool


def load_reference(say: Callable[[str], None]) -> None:
    """Agencies, populations, benchmarks, neighbours, thresholds, the calendar, the localities; what is there stays."""
    folder = settings.BASE_DIR / REFERENCE
    load_agencies((folder / "agencies.csv").read_bytes(), by_label=SYSTEM_LABEL)
    with boardtime.at(timezone.make_aware(datetime.combine(FIRST_QUARTER.start, datetime.min.time()))):
        for title, loader, name in (
            ("population estimates", load_population, "population.csv"),
            ("published figures", load_benchmarks, "benchmarks.csv"),
            ("neighbours", load_neighbours, "statistical_neighbours.csv"),
            ("thresholds", load_targets, "targets.csv"),
        ):
            loaded = loader(folder / name)
            say(f"{title}: {loaded.added:,} added, {loaded.unchanged:,} unchanged")
    ensure_obligations(FIRST_QUARTER)
    localities = (folder / "localities.txt").read_text(encoding="utf-8").split("\n")
    set_localities(Area.objects.get(code=settings.BOARD_AREA_CODE), [name for name in localities if name])


def receipts() -> list[Receipt]:
    """The demonstration's returns in the order in which they were received."""
    folder = settings.BASE_DIR / FOLDER
    return sorted(_receipts(folder), key=lambda receipt: receipt.received_at)


def _receipts(folder: Path) -> Iterator[Receipt]:
    with (folder / "receipts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            received = datetime.fromisoformat(row["received_at"])
            yield Receipt(
                return_type=row["return_type"],
                supplier=row["supplier"],
                quarter=Quarter.parse(row["quarter"]),
                path=folder / row["file"],
                received_at=received if received.tzinfo else timezone.make_aware(received),
                nil=row["nil"].strip().lower() in ("yes", "true", "1", "y"),
            )


def load_returns(wanted: list[Receipt], say: Callable[[str], None]) -> int:
    """Load each return on its day of board time; those that are current already are left alone. Returns how many."""
    suppliers = {agency.code: agency for agency in Agency.objects.all()}
    loaded = 0
    for receipt in wanted:
        with boardtime.at(receipt.received_at):
            outcome = receive_file(
                content=receipt.path.read_bytes(),
                file_name=receipt.path.name,
                return_type=RETURN_TYPES[receipt.return_type],
                supplier=suppliers[receipt.supplier],
                quarter=receipt.quarter,
                nil=receipt.nil,
                by=None,
                by_label=SYSTEM_LABEL,
            )
            if outcome.errors:
                first = outcome.errors[0]
                raise DemonstrationFault(f"{receipt.path.name} {receipt.quarter}, line {first.line}: {first.message}")
            if outcome.candidate:
                accept_return(candidate=outcome.candidate, by=None, by_label=SYSTEM_LABEL)
                loaded += 1
                if loaded % 50 == 0:
                    say(f"returns: {loaded} loaded, to {receipt.quarter}")
    return loaded


def make_people(password: str) -> list[str]:
    """One demonstration user a role, all with the password; returns their addresses."""
    suppliers = {agency.code: agency for agency in Agency.objects.all()}
    for name, label, role, agency in PEOPLE:
        user, _ = User.objects.get_or_create(email=f"{name}@demo.example", defaults={"name": label})
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        Membership.objects.get_or_create(user=user, agency=suppliers[agency], role=role)
    return [f"{name}@demo.example" for name, *_ in PEOPLE]
