"""Every address × every role × one's own or another agency: who gets in.

The addresses come from the URL configuration, so a new one without a row here fails. Expectations are written out by
hand and share nothing with the table of rights.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from dataset.models import QuarterlyReturn
from tests.builders import (
    a_board,
    a_candidate,
    a_client,
    a_publication,
    a_restatement,
    a_staged_list,
    a_staged_publication,
    a_staged_upload,
    a_user,
    an_accepted_return,
    marac_lines,
)

pytestmark = pytest.mark.django_db

OWN, OTHER = "own", "other"
OK, FOUND, FORBIDDEN, NOT_FOUND, WRONG_METHOD, UNPROCESSABLE = 200, 302, 403, 404, 405, 422
EVERYONE = {role.value: (OK, OK) for role in Role}


def only(status: int = OK, otherwise: int = FORBIDDEN, **roles: str) -> dict[str, tuple[int, int]]:
    """`role="own"` gets in for its own agency, `role="any"` for any; everyone else gets `otherwise`."""
    table = {}
    for role in Role:
        reach = roles.get(role.value, "none")
        table[role.value] = (
            status if reach in ("own", "any") else otherwise,
            status if reach == "any" else otherwise,
        )
    return table


OVERSIGHT = {"quality": "any", "manager": "any", "auditor": "any"}
OWN_AND_OVERSIGHT = {"data_officer": "own", "agency_lead": "own", **OVERSIGHT}
SENDERS = {"data_officer": "own", "manager": "any"}


@dataclass
class Row:
    """What each role gets at one address. `of` makes the address for something that belongs to an agency."""

    expected: dict[str, tuple[int, int]]
    of: Callable[[str], dict[str, str]] = field(default=lambda agency: {})
    query: Callable[[str], str] = field(default=lambda agency: "")
    method: str = "get"


def accepted(agency: str) -> dict[str, str]:
    return {"public_id": _return_of(agency, accept=True).public_id}


def compared(agency: str) -> dict[str, str]:
    one = _return_of(agency, accept=True).public_id
    return {"public_id": one, "other_id": one}


def restated(agency: str) -> dict[str, str]:
    return {"public_id": a_restatement(agency).public_id}


def staged_file(agency: str) -> dict[str, str]:
    if agency == "CSC":
        return {"public_id": a_staged_upload().public_id}
    return {"public_id": a_staged_upload(marac_lines(), return_type="marac_cases", supplier="POL").public_id}


def candidate(agency: str) -> dict[str, str]:
    return {"public_id": _return_of(agency, accept=False).public_id}


def publication(agency: str) -> dict[str, str]:
    return {"public_id": a_publication().public_id}


def staged(agency: str) -> dict[str, str]:
    return {"public_id": a_staged_publication().public_id}


def staged_list(agency: str) -> dict[str, str]:
    return {"public_id": a_staged_list().public_id}


def _return_of(agency: str, *, accept: bool) -> QuarterlyReturn:
    make = an_accepted_return if accept else a_candidate
    if agency == "CSC":
        return make()
    return make(marac_lines(), return_type="marac_cases", supplier="POL")


ROWS: dict[str, list[Row]] = {
    "summary": [Row(EVERYONE)],
    "themes": [Row(EVERYONE)],
    "theme": [Row(EVERYONE, of=lambda _: {"theme": "front_door"})],
    "measure": [Row(EVERYONE, of=lambda _: {"code": "fd04"})],
    "about": [Row(EVERYONE)],
    "board_css": [Row(EVERYONE)],
    "health": [Row(EVERYONE)],
    "returns:home": [Row(only(data_officer="any", agency_lead="any", **OVERSIGHT))],
    "returns:upload": [
        Row(only(**SENDERS), query=lambda agency: f"?supplier={agency}"),
        Row(only(**SENDERS), query=lambda agency: f"?supplier={agency}", method="post"),
    ],
    "returns:template": [Row(EVERYONE, of=lambda _: {"return_type": "referrals"})],
    "returns:workbook": [Row(EVERYONE, of=lambda _: {"return_type": "referrals"})],
    "returns:dictionary": [Row(EVERYONE)],
    "returns:whole_dictionary": [Row(EVERYONE)],
    "returns:csvw": [Row(EVERYONE, of=lambda _: {"return_type": "referrals"})],
    "returns:table_schema": [Row(EVERYONE, of=lambda _: {"return_type": "referrals"})],
    "returns:dictionary_return": [Row(EVERYONE, of=lambda _: {"return_type": "referrals"})],
    "returns:detail": [
        Row(only(otherwise=NOT_FOUND, **OWN_AND_OVERSIGHT), of=accepted),
        Row(only(otherwise=NOT_FOUND, **SENDERS), of=candidate),
    ],
    "returns:grid": [Row(only(data_officer="any", agency_lead="any", **OVERSIGHT))],
    "returns:grid_csv": [Row(only(data_officer="any", agency_lead="any", **OVERSIGHT))],
    "returns:schedule": [Row(only(manager="any")), Row(only(UNPROCESSABLE, manager="any"), method="post")],
    "returns:restate": [
        Row(only(data_officer="any", manager="any")),
        Row(only(UNPROCESSABLE, data_officer="any", manager="any"), method="post"),
    ],
    "returns:restatement": [Row(only(otherwise=NOT_FOUND, **SENDERS), of=restated)],
    "returns:accept_year": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=restated, method="post")],
    "returns:abandon_year": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=restated, method="post")],
    "returns:compare": [Row(only(otherwise=NOT_FOUND, **OWN_AND_OVERSIGHT), of=compared)],
    "returns:withdraw": [
        Row(
            {
                "data_officer": (UNPROCESSABLE, NOT_FOUND),
                "agency_lead": (FORBIDDEN, NOT_FOUND),
                "quality": (FORBIDDEN, FORBIDDEN),
                "executive": (NOT_FOUND, NOT_FOUND),
                "manager": (UNPROCESSABLE, UNPROCESSABLE),
                "auditor": (FORBIDDEN, FORBIDDEN),
            },
            of=accepted,
            method="post",
        ),
    ],
    "returns:lock": [Row(only(FOUND, manager="any"), method="post")],
    "returns:queries": [
        Row(only(otherwise=NOT_FOUND, **OWN_AND_OVERSIGHT), of=accepted),
        Row(only(otherwise=NOT_FOUND, **SENDERS), of=candidate),
    ],
    "returns:answer": [
        Row(
            {
                "data_officer": (UNPROCESSABLE, NOT_FOUND),
                "agency_lead": (UNPROCESSABLE, NOT_FOUND),
                "quality": (FORBIDDEN, FORBIDDEN),
                "executive": (NOT_FOUND, NOT_FOUND),
                "manager": (UNPROCESSABLE, UNPROCESSABLE),
                "auditor": (FORBIDDEN, FORBIDDEN),
            },
            of=accepted,
            method="post",
        ),
        Row(only(UNPROCESSABLE, otherwise=NOT_FOUND, **SENDERS), of=candidate, method="post"),
    ],
    "returns:annotated_version": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=candidate, method="post")],
    "returns:annotated_upload": [Row(only(UNPROCESSABLE, **SENDERS), method="post")],
    "returns:remember_columns": [Row(only(UNPROCESSABLE, **SENDERS), method="post")],
    "returns:checking": [Row(only(otherwise=NOT_FOUND, **SENDERS), of=staged_file)],
    "returns:check_again": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=staged_file, method="post")],
    "returns:delete_staged": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=staged_file, method="post")],
    "returns:columns": [Row(only(data_officer="any", manager="any"))],
    "returns:forget_column": [Row(only(FOUND, **SENDERS), method="post")],
    "returns:publications": [Row(only(manager="any"))],
    "returns:publication": [Row(only(manager="any"), of=publication)],
    "returns:load_publication": [Row(only(manager="any")), Row(only(UNPROCESSABLE, manager="any"), method="post")],
    "returns:published_mapping": [
        Row(only(manager="any"), of=staged),
        Row(only(UNPROCESSABLE, manager="any"), of=staged, method="post"),
    ],
    "returns:published_changes": [Row(only(manager="any"), of=staged)],
    "returns:accept_publication": [Row(only(UNPROCESSABLE, manager="any"), of=staged, method="post")],
    "returns:abandon_publication": [Row(only(FOUND, manager="any"), of=staged, method="post")],
    "returns:neighbour_lists": [Row(only(manager="any")), Row(only(UNPROCESSABLE, manager="any"), method="post")],
    "returns:neighbour_list": [Row(only(manager="any"), of=staged_list)],
    "returns:accept_neighbour_list": [Row(only(FOUND, manager="any"), of=staged_list, method="post")],
    "returns:accept": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=candidate, method="post")],
    "returns:abandon": [Row(only(FOUND, otherwise=NOT_FOUND, **SENDERS), of=candidate, method="post")],
}
# Of the sign-in pages everyone signed in gets what allauth gives: the page, or the way home.
SIGN_IN = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}  # fmt: skip
SENT_TO_SIGN_IN = {"account_reauthenticate", "account_change_password", "account_logout"}
SIGNED_OUT = {"board_css", "health"} | (SIGN_IN - SENT_TO_SIGN_IN)


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every name in the URL configuration, with its namespace."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            else:
                yield f"{space}{pattern.name}", pattern

    yield from walk(get_resolver(), "")


NAMES = sorted({name for name, _ in addresses() if not name.startswith("admin:")})


def test_every_address_has_a_name_and_a_row() -> None:
    assert set(NAMES) == set(ROWS) | SIGN_IN
    assert all(pattern.name for name, pattern in addresses() if not name.startswith("admin:"))


@pytest.mark.parametrize("whose", [OWN, OTHER])
@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize(("name", "row"), [(name, row) for name, rows in ROWS.items() for row in rows])
def test_who_gets_in(name: str, row: Row, role: str, whose: str) -> None:
    a_board()
    agency = "CSC" if whose == OWN else "POL"
    address = reverse(name, kwargs=row.of(agency)) + row.query(agency)
    reader = a_client(a_user(role, "CSC"))
    answer = getattr(reader, row.method)(address, {"supplier": agency} if row.method == "post" else None)
    expected = row.expected[role][0 if whose == OWN else 1]
    if name == "returns:upload" and row.method == "post" and expected == OK:
        expected = 422  # let in, and told that the form lacks its file
    assert answer.status_code == expected


@pytest.mark.parametrize("name", NAMES)
def test_signed_out_every_door_but_the_sign_in_pages_is_shut(name: str) -> None:
    row = ROWS.get(name, [Row({})])[0]
    nothing = {
        accepted: ("public_id",),
        candidate: ("public_id",),
        restated: ("public_id",),
        staged_file: ("public_id",),
        compared: ("public_id", "other_id"),
        publication: ("public_id",),
        staged: ("public_id",),
        staged_list: ("public_id",),
    }
    kwargs = dict.fromkeys(nothing[row.of], "0" * 32) if row.of in nothing else row.of("CSC")
    if name == "account_reset_password_from_key":
        kwargs = {"uidb36": "1", "key": "a-b"}
    answer = getattr(Client(), row.method)(reverse(name, kwargs=kwargs))
    sent_away = answer.status_code == FOUND and answer["Location"].startswith(reverse(settings.LOGIN_URL))
    assert sent_away is (name not in SIGNED_OUT)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_only_the_manager_enters_the_admin(role: str) -> None:
    reader = a_client(a_user(role, "CSC"))
    indices = [
        name for name, p in addresses() if name.startswith("admin:") and name.endswith(("_changelist", ":index"))
    ]
    answers = {reader.get(reverse(name)).status_code for name in indices}
    assert len(indices) > 3
    assert (OK in answers) is (role == "manager")


@pytest.mark.parametrize(
    "name",
    ["returns:accept", "returns:abandon", "returns:withdraw", "returns:answer", "returns:annotated_version"],
)
def test_what_changes_something_is_not_done_by_a_link(name: str) -> None:
    a_board()
    manager = a_client(a_user("manager", "BOARD"))
    assert manager.get(reverse(name, kwargs=candidate("CSC"))).status_code == WRONG_METHOD


@pytest.mark.parametrize("name", ["returns:accept_publication", "returns:abandon_publication"])
def test_a_published_file_is_not_accepted_or_abandoned_by_a_link(name: str) -> None:
    a_board()
    manager = a_client(a_user("manager", "BOARD"))
    assert manager.get(reverse(name, kwargs=staged("BOARD"))).status_code == WRONG_METHOD


@pytest.mark.parametrize("name", ["returns:check_again", "returns:delete_staged"])
def test_what_changes_a_check_is_not_done_by_a_link(name: str) -> None:
    a_board()
    manager = a_client(a_user("manager", "BOARD"))
    assert manager.get(reverse(name, kwargs=staged_file("CSC"))).status_code == WRONG_METHOD
