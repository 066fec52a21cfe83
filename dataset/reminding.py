"""Who is to be reminded of which return today, and the e-mails that do it.

Each reminder goes to a person once. Running it again, or twice at the same time, sends nothing twice; a person whose
e-mail could not be sent is tried again next time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.roles import Role
from dataset.due import DueReturn, due_returns
from dataset.models import Obligation, Reminder, ReminderKind
from dataset.periods import Quarter


@dataclass(frozen=True, slots=True)
class Reminded:
    """One return that somebody is reminded of; `days` are those to its due day, or since."""

    kind: ReminderKind
    due: DueReturn
    days: int

    @property
    def key(self) -> tuple[str, str, int, int]:
        return (self.kind, self.due.return_type, self.due.supplier.pk, self.due.quarter.ordinal)


@dataclass(frozen=True)
class Letter:
    """What one person is told today; never more than they may see."""

    person: User
    reminders: tuple[Reminded, ...]

    def of_kind(self, kind: ReminderKind) -> tuple[Reminded, ...]:
        return tuple(one for one in self.reminders if one.kind == kind)


@dataclass(frozen=True)
class Unreached:
    """A return of which nobody at its agency can be reminded: no data officer signs in for it."""

    supplier: Agency
    reminders: tuple[Reminded, ...]


def reminders_on(day: date) -> list[Reminded]:
    """Every return that somebody should hear of on the day, whether they have heard already or not.

    One that is to come within REMIND_BEFORE_DAYS, one that is overdue, and one that is overdue by ESCALATE_AFTER_DAYS
    or more; after REMIND_WITHIN_DAYS the board asks in other ways.
    """
    found = []
    for due in due_returns(_quarters_around(day), as_at=day):
        if due.standing.is_in or due.quarter.end >= day:
            continue
        late = (day - due.due_on).days
        if -settings.REMIND_BEFORE_DAYS <= late <= 0:
            found.append(Reminded(ReminderKind.UPCOMING, due, -late))
        elif 0 < late < settings.ESCALATE_AFTER_DAYS:
            found.append(Reminded(ReminderKind.OVERDUE, due, late))
        elif settings.ESCALATE_AFTER_DAYS <= late <= settings.REMIND_WITHIN_DAYS:
            found.append(Reminded(ReminderKind.ESCALATED, due, late))
    return found


def letters_on(day: date) -> tuple[list[Letter], list[Unreached]]:
    """What each person has still to be told on the day, and the agencies where nobody can be."""
    wanted = reminders_on(day)
    officers, leads, managers = _people(wanted)
    sent = _sent(wanted)
    told: dict[User, list[Reminded]] = {}
    unreached: dict[Agency, list[Reminded]] = {}
    for one in wanted:
        supplier = one.due.supplier
        people = list(officers.get(supplier.pk, []))
        if not people:
            unreached.setdefault(supplier, []).append(one)
        if one.kind == ReminderKind.ESCALATED or not people:
            people += [person for person in managers if person not in people]
        if one.kind == ReminderKind.ESCALATED:
            people += [person for person in leads.get(supplier.pk, []) if person not in people]
        for person in people:
            if (*one.key, person.pk) not in sent:
                told.setdefault(person, []).append(one)
    letters = [Letter(person, tuple(reminders)) for person, reminders in told.items()]
    return (
        sorted(letters, key=lambda letter: letter.person.email),
        [Unreached(supplier, tuple(reminders)) for supplier, reminders in unreached.items()],
    )


def send_letter(letter: Letter) -> int:
    """Send the letter, but for what another run has told the person meanwhile; of how many returns it told.

    The record and the e-mail stand or fall together, so that one that cannot be sent is tried again. Raises what the
    mail server raises.
    """
    with transaction.atomic():
        fresh = tuple(one for one in letter.reminders if _record(letter.person, one))
        if fresh:
            _message(Letter(letter.person, fresh)).send()
    return len(fresh)


def _record(person: User, one: Reminded) -> bool:
    """Whether this run is the first to tell the person of it."""
    _, is_new = Reminder.objects.get_or_create(
        kind=one.kind,
        return_type=one.due.return_type,
        supplier=one.due.supplier,
        quarter_ordinal=one.due.quarter.ordinal,
        person=person,
        defaults={"sent_at": timezone.now()},
    )
    return is_new


def _message(letter: Letter) -> EmailMessage:
    context = {
        "board": settings.BOARD_SHORT_NAME,
        "url": settings.BOARD_URL,
        "upcoming": letter.of_kind(ReminderKind.UPCOMING),
        "overdue": letter.of_kind(ReminderKind.OVERDUE),
        "escalated": letter.of_kind(ReminderKind.ESCALATED),
    }
    late = len(context["overdue"]) + len(context["escalated"])
    count = late or len(letter.reminders)
    what = f"{count} return{'s' * (count != 1)} {'overdue' if late else 'due soon'}"
    return EmailMessage(
        subject=f"{settings.BOARD_SHORT_NAME}: {what}",
        body=render_to_string("returns/email/reminder.txt", context),
        to=[letter.person.email],
    )


def _quarters_around(day: date) -> list[Quarter]:
    """The quarters of which a return can be due soon or late by little, whatever days its supplier has."""
    days = Obligation.objects.known().values_list("days_after_quarter_end", flat=True)
    longest = max(days, default=0)
    first = Quarter.of(day - timedelta(days=longest + settings.REMIND_WITHIN_DAYS)) - 1
    return [Quarter.from_ordinal(ordinal) for ordinal in range(first.ordinal, Quarter.of(day).ordinal)]


def _people(wanted: Iterable[Reminded]) -> tuple[dict[int, list[User]], dict[int, list[User]], list[User]]:
    """Data officers and leads by agency, and the board managers; only those who can sign in."""
    suppliers = {one.due.supplier.pk for one in wanted}
    held = Membership.objects.filter(user__is_active=True).select_related("user").order_by("user__email")
    officers: dict[int, list[User]] = {}
    leads: dict[int, list[User]] = {}
    for one in held.filter(agency__in=suppliers, role__in=[Role.DATA_OFFICER, Role.AGENCY_LEAD]):
        of_role = officers if one.role == Role.DATA_OFFICER else leads
        of_role.setdefault(one.agency_id, []).append(one.user)
    managers = [one.user for one in held.filter(role=Role.MANAGER)]
    return officers, leads, list(dict.fromkeys(managers))


def _sent(wanted: Iterable[Reminded]) -> set[tuple[object, ...]]:
    quarters = {one.due.quarter.ordinal for one in wanted}
    fields = ("kind", "return_type", "supplier_id", "quarter_ordinal", "person_id")
    return set(Reminder.objects.filter(quarter_ordinal__in=quarters).values_list(*fields))
