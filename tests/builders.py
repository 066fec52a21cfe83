"""Makes what a test needs to be there, with defaults for all it does not speak of.

A builder stores what it makes and answers it. Each app's builders stand together; add yours below.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Agency, AgencyKind, Membership, User
from accounts.roles import Role
from dataset import boardtime
from dataset.definitions import State
from dataset.ingest.purging import ask_purge, purge_return
from dataset.ingest.restating import receive_year
from dataset.ingest.revising import large_revisions
from dataset.ingest.staging import stage_file
from dataset.ingest.storing import Receipt, accept_return, receive_file
from dataset.ingest.year_files import SentFile
from dataset.models import (
    Area,
    AreaLevel,
    Benchmark,
    Neighbour,
    NeighbourSet,
    Publication,
    QuarterlyReturn,
    Restatement,
    StagedPublication,
    StagedUpload,
    Target,
)
from dataset.owing import owed_items
from dataset.periods import FinancialYear, Quarter
from dataset.reference.staging import stage_list, stage_publication
from dataset.returns import RETURN_TYPES
from dataset.setting_up import ensure_obligations

PASSWORD = "a long password for tests"
_numbers = count(1)

# Who ---------------------------------------------------------------------------------------------------


def an_agency(code: str = "CSC", **fields: Any) -> Agency:
    """The agency of that code, made if there is none."""
    defaults = {
        "name": f"Agency {code}",
        "organisation": f"Organisation of {code}",
        "kind": AgencyKind.COUNCIL,
        "identifier_space": f"space-{code.lower()}",
    }
    return Agency.objects.get_or_create(code=code, defaults={**defaults, **fields})[0]


def a_user(role: Role | str | None = None, agency: Agency | str = "CSC", **fields: Any) -> User:
    """A person who can sign in with `PASSWORD`, holding `role` at `agency` where a role is given."""
    number = next(_numbers)
    fields = {"email": f"person{number}@example.org", "name": f"Person {number}", **fields}
    user = User.objects.create_user(**{"password": PASSWORD, **fields})
    if role is not None:
        a_membership(user, role, agency)
    return user


def a_membership(user: User, role: Role | str, agency: Agency | str = "CSC") -> Membership:
    """One more role for `user`. Ask before their first permission question: what they hold is cached."""
    if isinstance(agency, str):
        agency = an_agency(agency)
    return Membership.objects.create(user=user, agency=agency, role=Role(role))


def a_client(user: User | None = None) -> Client:
    """A browser, signed in as `user` where one is given."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


# Returns -----------------------------------------------------------------------------------------------

QUARTER = Quarter(2016, 4)
FIRST_OWED = Quarter(2015, 1)
A_REASON = "The system's export was put right."
REFERRAL_COLUMNS = (
    "referral_id", "child_id", "referral_date", "source", "age", "gender", "primary_need", "previous_referral_date",
    "decision_date", "outcome", "locality",
)  # fmt: skip


def a_board(first_quarter: Quarter = FIRST_OWED) -> Area:
    """The board's own area, the suppliers CSC and POL, and what they owe since `first_quarter`."""
    area = Area.objects.get_or_create(
        code=settings.BOARD_AREA_CODE,
        defaults={"name": "Wiltshire", "level": AreaLevel.LOCAL_AUTHORITY, "localities": ["Salisbury", "Trowbridge"]},
    )[0]
    an_agency("CSC", name="Children's social care")
    an_agency("POL", name="Police", kind=AgencyKind.POLICE)
    ensure_obligations(first_quarter)
    return area


def referral_lines(number: int = 3, quarter: Quarter = QUARTER) -> list[dict[str, str]]:
    """Referrals that pass every check, one a day from the quarter's first."""
    days = [quarter.start + timedelta(days=place % 80) for place in range(number)]
    return [
        {
            "referral_id": f"R{place + 1:05}",
            "child_id": f"C{place + 1:05}",
            "referral_date": f"{day:%d/%m/%Y}",
            "source": "6",
            "age": "9",
            "gender": "F",
            "primary_need": "N1",
            "previous_referral_date": "",
            "decision_date": f"{day:%d/%m/%Y}",
            "outcome": "assessment",
            "locality": "Salisbury",
        }
        for place, day in enumerate(days)
    ]


def a_csv(lines: Sequence[Mapping[str, str]], columns: Sequence[str] = REFERRAL_COLUMNS) -> bytes:
    """The lines as a file with these columns."""
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def a_receipt(
    content: bytes | None = None,
    *,
    return_type: str = "referrals",
    supplier: str = "CSC",
    quarter: Quarter = QUARTER,
    by: User | None = None,
    nil: bool = False,
) -> Receipt:
    """What became of a file; by default three referrals of children's social care."""
    return receive_file(
        content=a_csv(referral_lines(quarter=quarter)) if content is None else content,
        file_name=f"{return_type}.csv",
        return_type=RETURN_TYPES[return_type],
        supplier=an_agency(supplier),
        quarter=quarter,
        by=by,
        nil=nil,
    )


def a_candidate(content: bytes | None = None, **how: Any) -> QuarterlyReturn:
    """A return that was checked and awaits acceptance."""
    receipt = a_receipt(content, **how)
    assert receipt.candidate is not None, receipt.errors or "the file is the current version already"
    return receipt.candidate


def an_accepted_return(content: bytes | None = None, *, reason: str = A_REASON, **how: Any) -> QuarterlyReturn:
    """A return that was checked, accepted and counted; one that moves accepted totals far is given its reason."""
    candidate = a_candidate(content, **how)
    needed = large_revisions(candidate)
    return accept_return(candidate=candidate, by=how.get("by"), reason=reason if needed else "")


def a_restatement(supplier: str = "CSC", start_year: int = 2015) -> Restatement:
    """A year that was checked and awaits acceptance: referrals of children's social care, or the police's MARAC."""
    year = FinancialYear(start_year)
    is_council = supplier == "CSC"
    files = {q: a_csv(referral_lines(quarter=q)) if is_council else marac_lines(quarter=q) for q in year.quarters}
    receipt = receive_year(
        files={quarter: SentFile(content, "year.csv") for quarter, content in files.items()},
        return_type=RETURN_TYPES["referrals" if is_council else "marac_cases"],
        supplier=an_agency(supplier),
        year=year,
        by=None,
    )
    assert receipt.restatement is not None, receipt.findings
    return receipt.restatement


def purged(version: QuarterlyReturn) -> QuarterlyReturn:
    """The version after two managers removed its rows for ever."""
    ask_purge(version=version, by=a_user(Role.MANAGER), reason="kept past its time")
    purge_return(version=version, by=a_user(Role.MANAGER))
    return QuarterlyReturn.objects.get(pk=version.pk)


def a_staged_upload(
    content: bytes | None = None,
    *,
    return_type: str = "referrals",
    supplier: str = "CSC",
    quarter: Quarter = QUARTER,
    by: User | None = None,
    nil: bool = False,
) -> StagedUpload:
    """A file that waits for its check, of which no worker knows; by default three referrals."""
    return stage_file(
        content=a_csv(referral_lines(quarter=quarter)) if content is None else content,
        file_name=f"{return_type}.csv",
        return_type=RETURN_TYPES[return_type],
        supplier=an_agency(supplier),
        quarter=quarter,
        by=by,
        nil=nil,
    )[0]


def marac_lines(number: int = 3, quarter: Quarter = QUARTER) -> bytes:
    """A file of MARAC cases that passes every check."""
    columns = ("case_id", "meeting_date", "local_authority", "referring_agency", "repeat", "children_in_household")
    rows = [
        {
            "case_id": f"M{place}",
            "meeting_date": f"{quarter.start:%d/%m/%Y}",
            "local_authority": "Wiltshire",
            "referring_agency": "police",
            "repeat": "no",
            "children_in_household": "2",
        }
        for place in range(number)
    ]
    return a_csv(rows, columns)


def missing_lines(children: Sequence[str], quarter: Quarter = QUARTER, **cells: str) -> list[dict[str, str]]:
    """One missing episode for each child named: looked after, with a completed interview, unless changed."""
    return [
        {
            "episode_id": f"{quarter.slug}-M{place}",
            "child_id": child,
            "category": "missing",
            "began": f"{quarter.start + timedelta(days=place % 80):%d/%m/%Y}",
            "hours_missing": "6",
            "returned": "yes",
            "looked_after": "yes",
            "placed_by_other_authority": "no",
            "out_of_area": "no",
            "interview_offered": "yes",
            "interview_outcome": "completed",
            "hours_to_interview": "40",
            "exploitation_risk": "no",
            "age": "14",
            "gender": "F",
            "locality": "Salisbury",
            **cells,
        }
        for place, child in enumerate(children)
    ]


def missing_file(children: Sequence[str], quarter: Quarter = QUARTER, **cells: str) -> bytes:
    """Missing episodes as a file; the team that sends them is MISS."""
    lines = missing_lines(children, quarter, **cells)
    return a_csv(lines, list(lines[0]))


def counts_file(supplier: str, quarter: Quarter, more: Sequence[Mapping[str, str]] = (), **values: int | str) -> bytes:
    """A counts return with every item that the supplier owes: 10 unless given; a letter is taken for a state."""
    numbers = {**{item.code: 10 for item in owed_items(supplier, quarter)}, **values}
    lines = [
        {"item": item, "value" if str(value).isdigit() else "state": str(value)} for item, value in numbers.items()
    ]
    return a_csv([*lines, *more], ("item", "value", "breakdown", "category", "state", "note"))


@contextmanager
def a_standing_board(key_file: Path, day: date = date(2017, 5, 24)) -> Iterator[Area]:
    """The board on a day, at nine in the morning, with an identifier key of its own."""
    moment = timezone.make_aware(datetime.combine(day, time(9)))
    with override_settings(IDENTIFIER_KEY_FILE=key_file), boardtime.at(moment):
        area = a_board()
        an_agency("MISS", name="Missing co-ordinators", identifier_space=an_agency("CSC").identifier_space)
        ensure_obligations(FIRST_OWED)
        yield area


@contextmanager
def on(day: date, hour: int = 12) -> Iterator[None]:
    """Board time on another day."""
    with boardtime.at(timezone.make_aware(datetime.combine(day, time(hour)))):
        yield


# Reference data ----------------------------------------------------------------------------------------


def a_place(code: str, name: str, level: str = AreaLevel.LOCAL_AUTHORITY) -> Area:
    return Area.objects.get_or_create(code=code, defaults={"name": name, "level": level})[0]


def a_benchmark(key: str, area: Area, value: float | None, period: str = "2016-17", **fields: Any) -> Benchmark:
    """A published figure, recorded when board time began unless said otherwise."""
    defaults: dict[str, Any] = {
        "state": State.NOT_AVAILABLE if value is None else State.REPORTED,
        "unit": "percentage",
        "source": "Published table",
        "recorded_at": datetime(2013, 4, 1, tzinfo=UTC),
    }
    return Benchmark.objects.create(key=key, area=area, period=period, value=value, **{**defaults, **fields})


def a_threshold(measure: str, green: float, red: float, **fields: Any) -> Target:
    defaults: dict[str, Any] = {
        "valid_from": date(2013, 4, 1),
        "owner": "the board",
        "reason": "agreed",
        "recorded_at": datetime(2013, 4, 1, tzinfo=UTC),
    }
    return Target.objects.create(measure=measure, green_edge=green, red_edge=red, **{**defaults, **fields})


def a_neighbour_set(
    area: Area, members: Sequence[Area], model: str = "model", valid_from: date = date(2014, 1, 1), **fields: Any
) -> NeighbourSet:
    """A set whose members stand in the order given."""
    fields = {"recorded_at": datetime(2013, 4, 1, tzinfo=UTC), **fields}
    made = NeighbourSet.objects.create(model=model, area=area, valid_from=valid_from, **fields)
    Neighbour.objects.bulk_create(
        Neighbour(neighbour_set=made, rank=rank, area=member) for rank, member in enumerate(members, start=1)
    )
    return made


def a_publication(**fields: Any) -> Publication:
    """A publication that was loaded, with one figure of our own area."""
    fields = {
        "name": "Characteristics of children in need",
        "published_on": date(2016, 11, 3),
        "layout": "ees",
        **fields,
    }
    made = Publication.objects.create(file_digest="0" * 64, loaded_by_label="Board manager", **fields)
    a_benchmark("re_referral_pct", a_board(), 19.1, "2015-16", publication=made)
    return made


def a_staged_publication(by: User | None = None) -> StagedPublication:
    """A published file that waits to be accepted, and what its one indicator is."""
    content = (
        "time_period,time_identifier,geographic_level,country_code,new_la_code,la_name,rereferral_percent\n"
        f"2017,Reporting year,Local authority,E92000001,{settings.BOARD_AREA_CODE},Wiltshire,18.8\n"
    )
    waiting = stage_publication(
        content=content.encode(),
        file_name="data.csv",
        name="Characteristics of children in need",
        published_on=date(2017, 11, 2),
        by=by or a_user(Role.MANAGER, "BOARD"),
    )
    staged = waiting.staged
    staged.choices = [{"indicator": "rereferral_percent", "key": "re_referral_pct", "part": "value", "filters": {}}]
    staged.save()
    return staged


def a_staged_list(by: User | None = None) -> StagedPublication:
    """A neighbour list that waits to be accepted: our own area's two neighbours."""
    content = (
        "LA num,LA Name,SN1,SN2\n"
        f"{settings.BOARD_AREA_CODE},Wiltshire,E10000013,E06000051\n"
        f"E10000013,Gloucestershire,{settings.BOARD_AREA_CODE},E06000051\n"
        f"E06000051,Shropshire,E10000013,{settings.BOARD_AREA_CODE}\n"
    )
    return stage_list(
        content=content.encode(),
        file_name="list.csv",
        model="dfe_2021",
        valid_from=date(2021, 4, 1),
        valid_to=None,
        by=by or a_user(Role.MANAGER, "BOARD"),
    )
