"""Giving a person a role, and ending it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.events import RoleEnded, RoleGranted
from civium.foundation.identity.models import Agency, Membership, Person
from civium.foundation.journal.actions.record import record


@transaction.atomic
def grant_role(
    person: Person, *, role: str, agency: Agency | None, shown_as: str, by: Person | None, at: datetime
) -> Membership:
    """Make the person a member of the agency (or of the town) in a role; granting it again changes nothing."""
    membership, is_new = Membership.objects.get_or_create(
        person=person,
        agency=agency,
        role=role,
        defaults={"shown_as": shown_as, "since": at, "granted_by": by},
    )
    if is_new:
        Person.objects.filter(pk=person.pk).update(works_here=True)
        person.works_here = True
        person.__dict__.pop("_memberships", None)
        record(
            RoleGranted(person=person.id, role=str(role), agency=agency.name if agency else ""), by=by, at=at
        )
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: Person | None, at: datetime) -> None:
    """End the role at once."""
    person = membership.person
    membership.delete()
    still_works = person.memberships.exists()
    Person.objects.filter(pk=person.pk).update(works_here=still_works)
    record(RoleEnded(person=person.id, role=membership.role, agency=membership.agency_id or ""), by=by, at=at)
