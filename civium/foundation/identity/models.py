"""People, the agencies some of them work for, the organisations some act for, and the mandates they give one another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, Final, TypedDict

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.rules import states_that
from civium.foundation.kit.prepared import Prepared
from civium.foundation.vault.actions.sealing import open_sealed

# How the address of an empty place ends.
WHEN_ERASED: Final = "@erased.invalid"
# How the address ends of whoever has none that is theirs: no mail reaches it (RFC 2606).
NOBODYS: Final = "@nobody.invalid"


class People(BaseUserManager["Person"]):
    """Makes people for the account library; everybody else uses ``actions.join``."""

    def create_user(self, email: str, password: str | None = None) -> Person:
        person = self.model(email=self.normalize_email(email).lower())
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Assurance(models.TextChoices):
    """How sure the town is that a person is who they say: an account proves an e-mail address, an identity a name.

    The last two are eIDAS "substantial" and "high" (Commission Implementing Regulation (EU) 2015/1502).
    """

    ACCOUNT = "account", _("Has an account")
    VERIFIED = "verified", _("Proved who they are")
    HIGH = "high", _("Proved who they are, beyond doubt")


# Roles that work on what is an agency's, or check it; others look after the site and its services.
_AT_WORK = {"clerk", "officer", "supervisor", "finance", "auditor", "data-protection-officer"}
# How the addresses of programs end: no mail reaches them (RFC 2606).
PROGRAMS_END = "@program.invalid"
_SURENESS = {"none": 0, "account": 0, "verified": 1, "high": 2}


class Person(AbstractBaseUser):
    """Somebody who signs in. The e-mail address is in clear because the account library must read it; the name is sealed.

    A guest applies without an account: a person for one application, who can never sign in. Their address for mail, when
    they gave one, is sealed; the one in clear is a placeholder that no mail reaches (RFC 2606).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, max_length=254)
    name_sealed = models.BinaryField(null=True, editable=False)
    language = models.CharField(max_length=10, default="en")
    # Said on the profile, and so stronger than the language of a page that was used.
    chose_language = models.BooleanField(default=False)
    works_here = models.BooleanField(
        default=False, help_text="Has at least one role; kept by grant_role and end_role."
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    is_guest = models.BooleanField(default=False)
    is_represented = models.BooleanField(
        default=False, help_text="A child or an organisation: never signs in, others act for them."
    )
    contact_sealed = models.BinaryField(null=True, editable=False)
    assurance = models.CharField(max_length=10, choices=Assurance, default=Assurance.ACCOUNT)
    assured_at = models.DateTimeField(null=True, editable=False)
    assured_by = models.CharField(
        max_length=40, blank=True, editable=False, help_text="The adapter that checked who this is."
    )

    # Who acts for this person now, under a mandate: the record names both. Set for one request, never stored.
    hands: Person | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def vault_key(self) -> str:
        """The owner of this person's key in the vault."""
        return f"person:{self.id}"

    @cached_property
    def name(self) -> str:
        """The name, opened from the vault; empty when none was given."""
        if self.name_sealed is None:
            return ""
        return str(open_sealed(bytes(self.name_sealed), under=self.vault_key, at=f"person:name:{self.id}"))

    @cached_property
    def mail_address(self) -> str:
        """Where mail reaches this person; empty for a guest who gave no address, and for whoever never signs in."""
        if self.is_represented:
            return ""
        if not self.is_guest:
            return self.email
        if self.contact_sealed is None:
            return ""
        return str(open_sealed(bytes(self.contact_sealed), under=self.vault_key, at=self.contact_place))

    @property
    def gets_mail(self) -> bool:
        """Whether there is an address at all; nothing is opened to say so."""
        return not self.is_represented and (not self.is_guest or self.contact_sealed is not None)

    def language_of_letters(self, *, applied_in: str) -> str:
        """In which language to write about what they applied for: the one that they chose for letters; else the one in which they applied."""
        return self.language if self.chose_language else applied_in

    @property
    def contact_place(self) -> str:
        """Where in the database the sealed address belongs; it opens nowhere else."""
        return f"person:contact:{self.id}"

    @property
    def is_erased(self) -> bool:
        """Whether only the empty place is left, because others' records point to it."""
        return self.email == self.address_when_erased

    @property
    def address_when_erased(self) -> str:
        """What stands where the address was; no mail reaches it (RFC 2606)."""
        return f"{self.id.hex}{WHEN_ERASED}"

    @property
    def is_verified(self) -> bool:
        """Whether this person proved who they are."""
        return self.reaches(Assurance.VERIFIED)

    def reaches(self, level: str) -> bool:
        """Whether we are as sure of this person as a service asks (``sign_in`` of its document)."""
        return _SURENESS[self.assurance] >= _SURENESS[level]

    @cached_property
    def _memberships(self) -> list[Membership]:
        if not self.works_here:
            return []
        if "memberships" in getattr(self, "_prefetched_objects_cache", {}):
            return list(self.memberships.all())
        return _memberships_of(person=self.pk)

    def works_in(self, roles: Iterable[tuple[str | None, str, str]]) -> None:
        """Know the roles without asking again: the agency (None for the town), the role and the public name of each."""
        self._memberships = [
            Membership(person_id=self.pk, agency_id=agency, role=role, shown_as=shown_as)
            for agency, role, shown_as in roles
        ]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self._memberships)

    @property
    def agency_names(self) -> frozenset[str]:
        """The agencies this person works for, by their permanent names."""
        return frozenset(m.agency_id for m in self._memberships if m.agency_id)

    @property
    def works_for_whole_town(self) -> bool:
        """Whether the person works on cases, looks after money, or checks who read what, in every agency."""
        return any(m.agency_id is None and m.role in _AT_WORK for m in self._memberships)

    @property
    def is_staff_member(self) -> bool:
        return self.works_here

    @property
    def is_program(self) -> bool:
        """Whether this is no person but a program that works for an agency."""
        return self.email.endswith(PROGRAMS_END)

    @property
    def let_in_by(self) -> uuid.UUID | None:
        """Who let this program in to work for its agency; nobody for whoever is no program."""
        if not self.is_program:
            return None
        return next((m.granted_by_id for m in self._memberships), None)

    @property
    def eyes(self) -> tuple[uuid.UUID, ...]:
        """Whose eyes these are, where nobody judges their own and two pairs are asked for: a program sees with those of
        whoever let it in, too."""
        maker = self.let_in_by
        return (self.id,) if maker is None else (self.id, maker)

    @property
    def shown_as(self) -> str:
        """The public name of a member of staff, for example ``Carla``; empty for everybody else."""
        return next((membership.shown_as for membership in self._memberships), "")

    def works_as(self, agency: str, *roles: str) -> bool:
        """True when the person has one of the roles in the agency, or town-wide."""
        return any(m.role in roles and m.agency_id in (agency, None) for m in self._memberships)


class Session(AbstractBaseSession):
    """A visit that is remembered between requests. Its key is a digest and its content is sealed: see ``sessions``."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    sign_in = models.UUIDField(
        null=True, editable=False, db_index=True, help_text="The SignIn that it began with."
    )
    last_used_at = models.DateTimeField(null=True, editable=False)

    @classmethod
    def get_session_store_class(cls) -> type:
        from civium.foundation.identity.sessions import SessionStore

        return SessionStore


class Account(TypedDict):
    """What an account was at one moment: its main address, of each whether it was proved, the name, and how sure we were of it."""

    main: str
    proved: dict[str, bool]
    name: str
    assurance: str
    assured_at: str | None
    assured_by: str


class SignIn(models.Model):
    """Somebody came in: when, how, and (sealed for them alone) with which browser and from which part of the network.

    ``device`` is the digest of a token that the browser keeps: a device that the person has come in with before.
    ``account_sealed``: what the account was at that moment, for a week, to be put back when it was somebody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    how = models.CharField(max_length=30)
    device = models.CharField(max_length=64, blank=True, db_index=True)
    is_new_device = models.BooleanField(default=False)
    about_sealed = models.BinaryField(null=True, editable=False)
    disowned_at = models.DateTimeField(null=True, editable=False)
    account_sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="sign_ins_of_a_person")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def about_place(self) -> str:
        """Where in the database the sealed description belongs; it opens nowhere else."""
        return f"sign-in:about:{self.id}"

    @cached_property
    def about(self) -> dict[str, str]:
        """``browser`` and ``network`` in a few words; empty where nothing was known."""
        if self.about_sealed is None:
            return {}
        opened: dict[str, str] = open_sealed(
            bytes(self.about_sealed), under=f"person:{self.person_id}", at=self.about_place
        )
        return opened

    @property
    def account_place(self) -> str:
        """Where in the database the sealed account belongs; it opens nowhere else."""
        return f"sign-in:account:{self.id}"

    @cached_property
    def account(self) -> Account | None:
        """What the account was when they came in; None when that is longer ago than a week."""
        if self.account_sealed is None:
            return None
        opened: Account = open_sealed(
            bytes(self.account_sealed), under=f"person:{self.person_id}", at=self.account_place
        )
        return opened


class Recovery(models.Model):
    """Somebody who knows the password says that every second factor is lost. It waits, so that the owner can stop it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recoveries")
    asked_at = models.DateTimeField()
    ripe_at = models.DateTimeField(help_text="From then on the next sign-in takes the lost factors away.")
    stops_at = models.DateTimeField(help_text="Not used until then, it is void.")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_how = models.CharField(
        max_length=10, blank=True, editable=False, choices=[("stopped", "stopped"), ("done", "done")]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at=None), name="one_open_recovery_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Agency(models.Model):
    """A part of the administration that decides cases. Its words are in ``town.yaml``."""

    name = models.SlugField(primary_key=True, max_length=60)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member of staff is there for."""

    CLERK = "clerk", _("Clerk")
    OFFICER = "officer", _("Officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    DESIGNER = "designer", _("Service designer")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    DATA_PROTECTION_OFFICER = "data-protection-officer", _("Data-protection officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(models.Model):
    """A person's role in one agency, or in the town as a whole when there is no agency."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=30, choices=Role)
    shown_as = models.CharField(
        max_length=80, help_text="How colleagues and citizens see this member of staff."
    )
    since = models.DateTimeField()
    granted_by = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody, where the site itself was set up with it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "role"], name="one_membership_each", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_as} ({self.role})"


_memberships_of: Prepared[Membership] = Prepared(
    lambda person: Membership.objects.filter(person=person), person=models.UUIDField()
)


class Organisation(models.Model):
    """A firm, club or other body that people act for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Representation(models.Model):
    """A person may act for an organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="representations")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="one_representation_each"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.organisation_id}"


class RegisteredParty(models.Model):
    """Somebody whom a register vouches for and who never signs in: a child, or an organisation. Found by a blind index.

    What the register is asked with again is sealed under their own key.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="registered"
    )
    register = models.SlugField(max_length=60)
    number_index = models.CharField(max_length=64, unique=True)
    asked_with_sealed = models.BinaryField(editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, null=True, related_name="party"
    )

    def __str__(self) -> str:
        return f"{self.register} {self.person_id}"

    @property
    def place(self) -> str:
        """Where in the database the sealed value belongs; it opens nowhere else."""
        return f"identity.registeredparty:asked-with:{self.person_id}"

    @property
    def asked_with(self) -> dict[str, str]:
        """What names them to the register: a name, a number, a day of birth."""
        opened: dict[str, str] = open_sealed(
            bytes(self.asked_with_sealed), under=f"person:{self.person_id}", at=self.place
        )
        return opened


class Basis(models.TextChoices):
    """What a mandate rests on."""

    GIVEN = "given", _("An invitation that was accepted")
    GUARDIAN = "guardian", _("Parent or guardian, by the register")
    OFFICER = "officer", _("Officer of the organisation, by the register")


class MandateState(models.TextChoices):
    """How far a mandate has come. Only an active one lets anybody do anything, and only until its last day."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")
    EXPIRED = "expired", _("Expired")
    DECLINED = "declined", _("Declined")


class Mandate(models.Model):
    """One person lets another person, or an organisation, do some things for them, for one service or all, until a day.

    ``service`` is empty for all. Until it is answered it is an invitation to an address, sealed under the giver's key and
    found by a blind index; whose address it is, nobody has looked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_given")
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="mandates_held")
    to_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="mandates_held"
    )
    wants_organisation = models.BooleanField(default=False)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.GIVEN)
    powers = models.JSONField(default=list)
    service = models.SlugField(max_length=60, blank=True)
    until = models.DateField(help_text="The last day in the town on which it can be used.")
    state = models.CharField(max_length=10, choices=MandateState, default=MandateState.INVITED)
    address_index = models.CharField(max_length=64, blank=True)
    address_sealed = models.BinaryField(null=True, editable=False)
    code_index = models.CharField(max_length=64, blank=True)
    code_sealed = models.BinaryField(null=True, editable=False)
    made_at = models.DateTimeField()
    answer_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="When the register last said so.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["giver", "state"], name="mandate_by_giver"),
            models.Index(fields=["to_person", "state"], name="mandate_by_person"),
            models.Index(fields=["to_organisation", "state"], name="mandate_by_organisation"),
            models.Index(
                fields=["address_index"], condition=models.Q(state="invited"), name="mandate_invitation"
            ),
            models.Index(fields=["until"], condition=models.Q(state="active"), name="mandate_active_until"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code_index"], condition=~models.Q(code_index=""), name="one_invitation_per_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"

    def place(self, field: str) -> str:
        """Where in the database a sealed value belongs; it opens nowhere else."""
        return f"identity.mandate:{field}:{self.pk}"

    def _opened(self, field: str) -> str:
        sealed = getattr(self, f"{field}_sealed")
        return (
            str(open_sealed(bytes(sealed), under=self.giver.vault_key, at=self.place(field)))
            if sealed
            else ""
        )

    @property
    def address(self) -> str:
        """The address that was invited: for the giver's eyes, who typed it."""
        return self._opened("address")

    @property
    def code(self) -> str:
        """What the link in the invitation ends with; empty when the invitation is answered or withdrawn."""
        return self._opened("code")

    def is_open(self, at: datetime) -> bool:
        """Whether the invitation can still be answered."""
        return self.state == MandateState.INVITED and self.answer_until is not None and at < self.answer_until

    @property
    def is_by_law(self) -> bool:
        """Whether it stands in a register, and was not given."""
        return self.basis != Basis.GIVEN

    def stands(self, today: date) -> bool:
        """Whether it lets anybody do anything on this day in the town."""
        return self.state in states_that("act under", "mandate") and today <= self.until

    def shown_state(self, at: datetime, today: date) -> str:
        """The state as it is now, also when no job has written it down yet."""
        over = (self.state == MandateState.INVITED and not self.is_open(at)) or (
            self.state == MandateState.ACTIVE and not self.stands(today)
        )
        return MandateState.EXPIRED if over else MandateState(self.state)
