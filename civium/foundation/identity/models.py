"""People, the agencies some of them work for, and the organisations some of them act for."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civium.foundation.vault.actions.sealing import open_sealed


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
    """How sure the town is that a person is who they say: an account proves an e-mail address, a check proves a name."""

    ACCOUNT = "account", _("Has an account")
    VERIFIED = "verified", _("Proved who they are")


class Person(AbstractBaseUser):
    """Somebody who signs in. The e-mail address is in clear because the account library must read it; the name is sealed.

    A guest applies without an account: a person for one application, who can never sign in. Their address for mail, when
    they gave one, is sealed; the one in clear is a placeholder that no mail reaches (RFC 2606).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, max_length=254)
    name_sealed = models.BinaryField(null=True, editable=False)
    language = models.CharField(max_length=10, default="en", choices=settings.LANGUAGES)
    works_here = models.BooleanField(
        default=False, help_text="Has at least one role; kept by grant_role and end_role."
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    is_guest = models.BooleanField(default=False)
    contact_sealed = models.BinaryField(null=True, editable=False)
    assurance = models.CharField(max_length=10, choices=Assurance, default=Assurance.ACCOUNT)
    assured_at = models.DateTimeField(null=True, editable=False)
    assured_by = models.CharField(
        max_length=40, blank=True, editable=False, help_text="The adapter that checked who this is."
    )

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
        """Where mail reaches this person; empty for a guest who gave no address."""
        if not self.is_guest:
            return self.email
        if self.contact_sealed is None:
            return ""
        return str(open_sealed(bytes(self.contact_sealed), under=self.vault_key, at=self.contact_place))

    @property
    def contact_place(self) -> str:
        """Where in the database the sealed address belongs; it opens nowhere else."""
        return f"person:contact:{self.id}"

    @property
    def is_verified(self) -> bool:
        """Whether this person proved who they are."""
        return self.assurance == Assurance.VERIFIED

    @cached_property
    def _memberships(self) -> list[Membership]:
        return list(self.memberships.all()) if self.works_here else []

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self._memberships)

    @property
    def agency_names(self) -> frozenset[str]:
        """The agencies this person works for, by their permanent names."""
        return frozenset(m.agency_id for m in self._memberships if m.agency_id)

    @property
    def is_staff_member(self) -> bool:
        return self.works_here

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

    @classmethod
    def get_session_store_class(cls) -> type:
        from civium.foundation.identity.sessions import SessionStore

        return SessionStore


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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "role"], name="one_membership_each", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_as} ({self.role})"


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
