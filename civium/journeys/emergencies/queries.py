"""Reads: emergencies of one's own, those that one looks at afterwards, and why a case of somebody's was opened."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_case
from civium.foundation.identity.models import Membership, Person, Role
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why as WhyStill
from civium.foundation.privacy.queries import find_restrictions
from civium.journeys.applications.actions.refuse_own_hands import find_involved, is_involved
from civium.journeys.applications.models import Application, State

from .models import Emergency, Verdict
from .rules import (
    LONGEST_REASON,
    SHORTEST_REASON,
    may_open_in_emergency,
    may_read_in_emergency,
    may_review,
    role_of,
)

# What doors show of this room's rules.
__all__ = ["LONGEST_REASON", "SHORTEST_REASON"]

MOST = 200


def find_case_to_open(reference: str, *, for_: Person) -> Case | None:
    """The case that the person may open in an emergency; None when there is none, it is erased, locked away, or their own."""
    found = find_case(reference)
    if found is None or not may_open_in_emergency(for_, found):
        return None
    gone = Application.objects.filter(pk=found.subject.partition(":")[2], state=State.DROPPED).exists()
    kept = any(each.because == WhyStill.KEPT_BY_LAW for each in find_restrictions([found.subject]))
    return None if gone or kept else found


def find_second_people(case: Case, *, but: Person, at: datetime) -> list[Person]:
    """Who is told at once and looks at it afterwards: the agency's supervisors and the data-protection officers, but the opener."""
    roles = Membership.objects.filter(Q(agency=case.agency_id) | Q(agency=None))
    roles = roles.filter(role__in=[Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
    people = Person.objects.filter(pk__in=roles.values("person"), is_active=True).order_by("pk")
    return [
        person
        for person in people.prefetch_related("memberships")
        if may_review(person, case, opened_by=but.pk, is_involved=is_involved(person, case, at=at))
    ]


def get_open_emergency(id: UUID, *, for_: Person, at: datetime) -> Emergency:
    """An emergency of one's own that still lets one read; refuses NotFound any other, and one that is over."""
    found = _with_case().filter(pk=id, opened_by=for_).first()
    require(found is not None and found.is_open(at), NotFound)
    assert found is not None
    require(may_read_in_emergency(for_, found.case, opened_by=found.opened_by_id), NotFound)
    return found


def get_own_emergency(id: UUID, *, for_: Person) -> Emergency:
    """An emergency of one's own, over or not."""
    found = _with_case().filter(pk=id, opened_by=for_).first()
    if found is None:
        raise NotFound
    return found


def find_own_emergencies(person: Person, *, limit: int = 20) -> list[Emergency]:
    """What the person opened, the newest first."""
    return list(_with_case().filter(opened_by=person).order_by("-opened_at")[:limit])


def find_to_look_at(person: Person, *, at: datetime) -> list[Emergency]:
    """What others opened and the person looks at afterwards, the newest first: what nobody has reviewed yet before the rest."""
    found = _with_case().exclude(opened_by=person).order_by("-opened_at")
    agencies = [each.agency_id for each in person.memberships.all() if each.role in _REVIEWERS]
    if None not in agencies:
        found = found.filter(case__agency__in=agencies)
    latest = list(found[:MOST])
    involved = find_involved(person, [each.case for each in latest], at=at)
    mine = [
        each
        for each in latest
        if may_review(person, each.case, opened_by=each.opened_by_id, is_involved=each.case.pk in involved)
    ]
    return sorted(mine, key=lambda each: bool(each.verdict))


def get_to_review(id: UUID, *, for_: Person, at: datetime) -> Emergency:
    """One that the person looks at, and may read the reason of: their reading of it is on the record."""
    found = _with_case().filter(pk=id).first()
    if found is None:
        raise NotFound
    partial = is_involved(for_, found.case, at=at)
    require(may_review(for_, found.case, opened_by=found.opened_by_id, is_involved=partial), NotFound)
    _say_it_is_checked(found, by=for_)
    return found


def open_own_review(emergency: Emergency, *, for_: Person) -> str:
    """What the second person wrote, for whoever opened the case, when it was not justified: that they read it is on the record."""
    require(emergency.opened_by_id == for_.pk, NotFound)
    if emergency.verdict != Verdict.NOT_JUSTIFIED:
        return ""
    _say_it_is_checked(emergency, by=for_)
    return emergency.review


def _say_it_is_checked(emergency: Emergency, *, by: Person) -> None:
    case = emergency.case
    declare_reading(
        of=case.subject,
        subject=case.subject,
        purpose="check-readings",
        by=by,
        agency=case.agency_id,
        role=role_of(by.roles),
        service=case.service,
    )


def find_what_was_opened(emergency: Emergency) -> list[Entry]:
    """The readings of the case that it let happen, the oldest first."""
    until = emergency.ended_at or emergency.until
    read = Entry.objects.filter(
        also=emergency.case.subject,
        kind=DataRead.kind,
        by_id=emergency.opened_by_id,
        at__range=(emergency.opened_at, until),
        data__contains='"purpose":"break-glass"',
    )
    return list(read.order_by("id")[:MOST])


def find_emergencies_about(subjects: Collection[str]) -> list[Emergency]:
    """Every time that these cases were opened in an emergency: for whoever they belong to."""
    return list(Emergency.objects.filter(case__subject__in=subjects).select_related("case"))


_REVIEWERS = (Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER)


def _with_case() -> QuerySet[Emergency]:
    return Emergency.objects.select_related("case", "case__applicant", "opened_by", "reviewed_by")
