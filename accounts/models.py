"""Agencies, the people who sign in, the roles they hold, and the trail of what was done."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.append_only import AppendOnlyModel
from accounts.public_ids import new_public_id
from accounts.roles import Reach, Right, Role, reach_of

AGENCY_CODE = r"^[A-Z][A-Z0-9_-]{0,15}\Z"
IDENTIFIER_SPACE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"


class AgencyKind(models.TextChoices):
    """What sort of body an agency is."""

    COUNCIL = "council", "Council"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    EDUCATION = "education", "Education"
    PROBATION = "probation", "Probation"
    VOLUNTARY = "voluntary", "Voluntary sector"
    PANEL = "panel", "Panel"
    BOARD = "board", "Board"


class Agency(models.Model):
    """A supplier of returns: an agency, or one of its teams."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    code = models.CharField(
        max_length=16,
        unique=True,
        validators=[RegexValidator(AGENCY_CODE, "Write the code in capital letters and digits, such as CSC.")],
    )
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=AgencyKind.choices)
    identifier_space = models.CharField(
        max_length=60,
        validators=[RegexValidator(IDENTIFIER_SPACE, "Write small letters, digits and hyphens.")],
        help_text="Agencies in one space use the same identifier for the same child. "
        "It cannot change once set: identifiers already stored were hashed by it.",
    )
    active = models.BooleanField(default=True, help_text="Untick when the agency no longer sends returns.")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(condition=~models.Q(code=""), name="agency_has_a_code"),
            models.CheckConstraint(condition=models.Q(kind__in=AgencyKind.values), name="agency_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True)
class HeldRole:
    """One membership, as permission questions need it."""

    role: Role
    agency_id: int
    agency_code: str


class UserManager(BaseUserManager["User"]):
    """Makes users, with the e-mail address in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a user; without a password nobody can sign in until a reset link is used."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a user who may enter the admin and look after people; it gives no sight of the data."""
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, by e-mail address. Made inactive, never deleted: the trail names them."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    email = models.EmailField(
        "e-mail address",
        unique=True,
        error_messages={"unique": "Someone already signs in with this e-mail address."},
    )
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick to stop the person signing in. People are never deleted."
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique_whatever_its_case",
                violation_error_message="Someone already signs in with this e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def held_roles(self) -> tuple[HeldRole, ...]:
        """The memberships, read once for the life of this instance (so once a request).

        `accounts.actions` clears it when it changes a membership.
        """
        held = self.memberships.values_list("role", "agency_id", "agency__code").order_by("agency__code", "role")
        return tuple(HeldRole(Role(role), agency_id, code) for role, agency_id, code in held)

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens. Derived, so that it cannot say other than the table of rights does."""
        if not self.is_active:
            return False
        return self.is_superuser or any(
            reach_of(held.role, Right.MANAGE_USERS) is Reach.ANY for held in self.held_roles
        )


class Membership(models.Model):
    """A role that a person holds at an agency. A person may hold several."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        ordering = ["user", "agency", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                name="membership_is_held_once",
                violation_error_message="This person already holds this role at this agency.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.agency.name}"


class Event(AppendOnlyModel):
    """One thing that was done: who, when by the real clock, to what. Written by `trail.record_event`."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="events",
        help_text="Nobody when a command or the system did it; the label says which.",
    )  # fmt: skip
    actor_label = models.CharField(max_length=200, help_text="The actor's name as it was then.")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=64, help_text="The subject's public id.")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    detail = models.JSONField(default=dict, blank=True, help_text="Facts about the act; never personal data.")

    class Meta(AppendOnlyModel.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="event_by_subject"),
            models.Index(fields=["at"], name="event_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(verb="") & ~models.Q(actor_label="") & ~models.Q(subject_id=""),
                name="event_says_who_what_and_to_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_label}"
