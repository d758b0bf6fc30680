"""Reads about people and agencies."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.foundation.identity.models import (
    PROGRAMS_END,
    WHEN_ERASED,
    Agency,
    Basis,
    Mandate,
    MandateState,
    Membership,
    Organisation,
    Person,
    Recovery,
    RegisteredParty,
    Role,
    Session,
    SignIn,
)
from civium.foundation.identity.rules import (
    HOLDERS,
    SECOND_FACTORS,
    Relation,
    covers,
    may_see_staff,
    relations_that,
    states_that,
)
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import declare_alike, declare_reading
from civium.foundation.vault.actions.indexing import blind_index, possible_indexes


class DemoAccount(NamedTuple):
    """Somebody who lives or works in the demo town; ``agencies`` is empty for citizens and for town-wide roles."""

    email: str
    name: str
    language: str
    role: str
    agencies: tuple[str, ...]
    known_as: str = ""


EVERY_DEMO_AGENCY = (
    "animal-welfare",
    "planning",
    "social-support",
    "mobility",
    "library",
    "refuse",
    "residents-office",
    "business",
    "civil-registry",
    "tax-office",
)
DEMO_PASSWORD = "port lumen demo"  # noqa: S105 - printed on the demo town's sign-in page
DEMO_ACCOUNTS = (
    DemoAccount("amina@port-lumen.example", "Amina Haddad", "en", "", ()),
    DemoAccount("ben@port-lumen.example", "Ben Okafor", "en", "", ()),
    DemoAccount(
        "carla@port-lumen.example",
        "Carla Ruiz",
        "en",
        "clerk",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount(
        "omar@port-lumen.example",
        "Omar Saleh",
        "en",
        "officer",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount(
        "sofia@port-lumen.example",
        "Sofia Lindqvist",
        "en",
        "supervisor",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount("dana@port-lumen.example", "Dana Petrova", "en", "designer", ()),
    DemoAccount("finn@port-lumen.example", "Finn Larsen", "en", "finance", ()),
    # The data-protection officer decides requests about data, in an office of their own.
    DemoAccount(
        "petra@port-lumen.example",
        "Petra Novák",
        "en",
        "officer",
        ("data-protection",),
        Role.DATA_PROTECTION_OFFICER,
    ),
    DemoAccount("ada@port-lumen.example", "Ada Mensah", "en", "administrator", ()),
)


def demo_accounts() -> list[dict[str, str]]:
    """Who one can sign in as in the demo town; nobody anywhere else."""
    if not settings.CIVIUM_DEMO:
        return []
    return [
        {
            "email": account.email,
            "name": account.name,
            "role": str(Role(account.known_as or account.role).label) if account.role else "",
            "password": DEMO_PASSWORD,
        }
        for account in DEMO_ACCOUNTS
    ]


def get_agency(name: str) -> Agency:
    """The agency of that permanent name; made when the town declares it and it is not there yet."""
    if name not in the_town().agencies:
        raise NotFound
    return Agency.objects.get_or_create(name=name)[0]


def get_colleague(id: UUID | str) -> Person:
    """The member of staff with this id, and their roles; refuses (NotFound) everybody else."""
    found = Person.objects.prefetch_related("memberships").filter(pk=id, works_here=True).first()
    if found is None:
        raise NotFound
    return found


def find_staff(
    *, for_: Person, role: str = "", agency: str = "", page: int = 1, limit: int = 200
) -> list[Membership]:
    """Who has which role, as far as the reader may see it, by name: ``limit`` and one more. ``agency``: ``town`` for the whole town.

    Each has ``person``, ``granted_by``, and says when the person came in last (``came_at``) and whether a second factor is asked
    of them (``has_second_factor``).
    """
    found = _staff_seen_by(for_)
    if role:
        found = found.filter(role=role)
    if agency:
        found = found.filter(agency=None) if agency == "town" else found.filter(agency=agency)
    ordered = found.order_by("shown_as", "person_id", "role", "agency_id")
    return list(ordered[(page - 1) * limit : page * limit + 1])


def find_roles_of(id: UUID, *, for_: Person) -> list[Membership]:
    """Somebody's roles, as far as the reader may see them. Refuses (NotFound) whoever has none that they may see."""
    found = list(_staff_seen_by(for_).filter(person=id).order_by("role", "agency_id"))
    if not found:
        raise NotFound
    return found


def get_role_of(id: int, *, person: UUID, for_: Person) -> Membership:
    """One role of somebody, for whoever may see it."""
    found = _staff_seen_by(for_).filter(pk=id, person=person).first()
    if found is None:
        raise NotFound
    return found


def agencies_whose_staff(person: Person) -> list[str]:
    """The agencies of which the person may see who works for them."""
    return [agency for agency in the_town().agencies if may_see_staff(person, agency)]


def _staff_seen_by(reader: Person) -> QuerySet[Membership]:
    """Whoever may see the whole town's staff sees every role, also in an agency that the town no longer has."""
    seen = Q() if may_see_staff(reader, "") else Q(agency__in=agencies_whose_staff(reader))
    came = SignIn.objects.filter(person=OuterRef("person"), disowned_at=None).order_by("-at").values("at")
    factors = Authenticator.objects.filter(user=OuterRef("person"), type__in=SECOND_FACTORS)
    known = Membership.objects.filter(seen).select_related("person", "granted_by")
    known = known.prefetch_related("granted_by__memberships")
    return known.annotate(
        came_at=Coalesce(Subquery(came[:1]), F("person__last_login")), has_second_factor=Exists(factors)
    )


def find_organisations_of(person: Person) -> list[Organisation]:
    """The organisations the person may act for."""
    return list(Organisation.objects.filter(representations__person=person).order_by("name"))


def find_names(people: Collection[UUID], *, like: UUID | None = None, subject: str = "") -> dict[UUID, str]:
    """What those people are called who do not work here: for those for whom they act; for staff, who work on what they did for
    ``like`` in the application ``subject``, on the grounds on which they read that.
    """
    if not people:
        return {}
    found = list(Person.objects.filter(pk__in=people, works_here=False))
    for each in found:
        if like is None:
            declare_reading(of=each.pk, purpose="know-one-another", by=None)
        else:
            declare_alike(of=each.pk, like=like, subject=subject)
    return {each.pk: each.name for each in found}


def find_shown_names(people: Collection[UUID]) -> dict[UUID, str]:
    """The public names of those of the people who work here."""
    found = Membership.objects.filter(person__in=people).values_list("person_id", "shown_as")
    return dict(found) if people else {}


def address_index(email: str) -> str:
    """What an invited address is found by."""
    return blind_index(email, purpose="identity:mandate-address").hex()


def invitation_index(code: str) -> str:
    """What an invitation's code is found by."""
    return blind_index(_exact_code(code), purpose="identity:mandate-code").hex()


def possible_address_indexes(emails: Iterable[str]) -> list[str]:
    """What invitations to the addresses may be found by: two things for each while the key of the indexes is being replaced."""
    return _possible(emails, purpose="identity:mandate-address")


def _possible(values: Iterable[str], *, purpose: str) -> list[str]:
    return [index.hex() for indexes in possible_indexes(values, purpose=purpose) for index in indexes]


def _exact_code(code: str) -> str:
    return f"code {code.encode().hex()}"


def party_index(register: str, number: str) -> str:
    """What somebody whom a register vouches for is found by: their number there."""
    return blind_index(_known(register, number), purpose="identity:registered-party").hex()


def possible_party_indexes(register: str, number: str) -> list[str]:
    """What they may be found by: two things while the key of the indexes is being replaced."""
    return _possible([_known(register, number)], purpose="identity:registered-party")


def _known(register: str, number: str) -> str:
    return f"{register} {number.casefold()}".encode().hex()


def is_undone(sign_in: SignIn) -> bool:
    """Whether all that came of it is undone: it was disowned itself, or one before it was, afterwards.

    Else whoever came in twice could undo what the owner has mended, by the link about the second time.
    """
    return was_disowned_since(sign_in.at, of=sign_in.person_id)


def was_disowned_since(at: datetime, *, of: UUID) -> bool:
    """Whether what the person seems to have done at this moment came after a sign-in that they called somebody else's later."""
    return SignIn.objects.filter(person=of, at__lte=at, disowned_at__gte=at).exists()


def get_disowned(id: UUID) -> SignIn:
    """The sign-in that somebody said was not theirs; for what has to be undone."""
    return SignIn.objects.select_related("person").exclude(disowned_at=None).get(pk=id)


def addresses_of(person: Person) -> list[str]:
    """The addresses that the person has proved to be theirs; none of whoever cannot sign in."""
    if person.is_guest or person.is_represented:
        return []
    proved = EmailAddress.objects.filter(user_id=person.pk, verified=True)
    return list(proved.values_list("email", flat=True))


def find_guests() -> QuerySet[Person]:
    """People without an account who are not erased."""
    return Person.objects.filter(is_guest=True).exclude(email__endswith=WHEN_ERASED)


def find_represented_by_nobody() -> QuerySet[Person]:
    """Children and organisations who are not erased, and for whom nobody may act any more."""
    acting = Mandate.objects.filter(giver=OuterRef("pk"), state=MandateState.ACTIVE)
    known = Person.objects.filter(is_represented=True).exclude(email__endswith=WHEN_ERASED)
    return known.filter(~Exists(acting))


def every_address_of(person: Person) -> set[str]:
    """Every address at which letters may have reached the person, proved or not, in small letters; none that somebody else proved."""
    if person.is_guest or person.is_represented:
        return set()
    theirs = EmailAddress.objects.filter(user_id=person.pk).values_list("email", flat=True)
    addresses = {each.lower() for each in (person.email, *theirs)}
    proved = EmailAddress.objects.filter(email__in=addresses, verified=True).exclude(user_id=person.pk)
    return addresses - {each.lower() for each in proved.values_list("email", flat=True)}


def find_mandates_naming(person: Person) -> QuerySet[Mandate]:
    """Mandates and invitations that the person gave, holds, or was asked to take, whatever became of them."""
    asked = possible_address_indexes(every_address_of(person))
    return Mandate.objects.filter(Q(giver=person) | Q(to_person=person) | Q(address_index__in=asked))


def find_invitation(code: str, *, for_: Person, at: datetime) -> Mandate | None:
    """The open invitation that the code opens, for whoever has the address it went to; None for everything else."""
    if not code or len(code) > 100 or for_.hands is not None:
        return None
    mine = possible_address_indexes(addresses_of(for_))
    codes = _possible([_exact_code(code)], purpose="identity:mandate-code")
    found = Mandate.objects.select_related("giver").filter(
        code_index__in=codes, address_index__in=mine, state__in=states_that("answer", "mandate")
    )
    return found.filter(answer_until__gt=at).exclude(giver=for_).first()


def find_invitations_to(person: Person, *, at: datetime) -> list[Mandate]:
    """Open invitations to one of the person's addresses, the newest first."""
    mine = possible_address_indexes(addresses_of(person))
    found = Mandate.objects.select_related("giver").filter(
        address_index__in=mine, state__in=states_that("answer", "mandate"), answer_until__gt=at
    )
    return list(found.exclude(giver=person).order_by("-made_at")[:50])


def find_mandates_given(person: Person) -> list[Mandate]:
    """What the person ever gave or offered, the newest first."""
    given = Mandate.objects.filter(giver=person).select_related("giver", "to_person", "to_organisation")
    return list(given.order_by("-made_at")[:200])


def find_mandates_held(person: Person) -> list[Mandate]:
    """What the person, or an organisation that they act for, ever held, the newest first."""
    held = _held_by(person).exclude(state=MandateState.INVITED)
    return list(held.order_by("-made_at")[:200])


def get_mandate(id: UUID, *, for_: Person) -> Mandate:
    """A mandate of one's own: given or held. What is somebody else's is not there."""
    known = Mandate.objects.select_related("giver", "to_person", "to_organisation")
    ways = {HOLDERS[basis]: Q(basis=basis) & _is_held_by(for_.pk) for basis in HOLDERS}
    ways[Relation.GIVER] = Q(giver=for_)
    seen = reduce(or_, (ways[relation] for relation in sorted(relations_that("see", "mandate"))))
    found = known.filter(seen, pk=id).first()
    if found is None:
        raise NotFound
    return found


def relations_to_mandate(mandate: Mandate, person: Person) -> set[Relation]:
    """How somebody stands to a mandate: as its giver, as who holds it, or not at all."""
    found = {Relation.GIVER} if mandate.giver_id == person.pk else set()
    if _held_by(person).filter(pk=mandate.pk).exists():
        found.add(HOLDERS[mandate.basis])
    return found


def find_standing_mandates(holder: Person, *, at: datetime, giver: UUID | None = None) -> list[Mandate]:
    """What lets this person act for others at this moment (for ``giver`` alone, when named), by when it was made."""
    standing = _standing(holder, at)
    if giver is not None:
        standing = standing.filter(giver_id=giver)
    return list(standing.order_by("made_at", "pk")[:200])


def find_givers(holder: Person, *, among: Collection[UUID], at: datetime) -> set[UUID]:
    """Those of the people for whom this person (or whoever let in this program) may act at this moment, in whatever service."""
    standing = _standing(holder, at, eyes=holder.eyes)
    return set(standing.filter(giver__in=among).values_list("giver_id", flat=True))


def _standing(holder: Person, at: datetime, *, eyes: Collection[UUID] = ()) -> QuerySet[Mandate]:
    if holder.is_guest or holder.is_represented or holder.hands is not None:
        return Mandate.objects.none()
    held = Mandate.objects.filter(_is_held_by(*eyes)) if eyes else _held_by(holder)
    return held.filter(state__in=states_that("act under", "mandate"), until__gte=the_town().today(at))


def still_acts_for(giver: UUID, *, service: str, holder: Person) -> bool:
    """Whether some mandate for the service has not ended, for the very transaction that changes something under it."""
    standing = _held_by(holder).filter(giver_id=giver, state__in=states_that("act under", "mandate"))
    return any(covers(mandate, service) for mandate in standing)


def find_receivers(giver: Person, *, service: str, at: datetime) -> list[tuple[Person, Mandate]]:
    """Who gets a copy of what is written to the giver about this service, each once, with the mandate that says so."""
    standing = Mandate.objects.select_related("to_person").filter(
        giver=giver,
        state__in=states_that("act under", "mandate"),
        until__gte=the_town().today(at),
    )
    found: dict[UUID, tuple[Person, Mandate]] = {}
    for mandate in standing.order_by("made_at", "pk"):
        if "receive" not in mandate.powers or not covers(mandate, service):
            continue
        people = (
            [mandate.to_person]
            if mandate.to_person
            else Person.objects.filter(representations__organisation=mandate.to_organisation_id)
        )
        for person in people:
            found.setdefault(person.pk, (person, mandate))
    return list(found.values())


def mandate_stands(id: UUID, *, at: datetime) -> bool:
    """Whether the mandate lets anybody do anything at this moment."""
    found = Mandate.objects.filter(pk=id).first()
    return found is not None and found.stands(the_town().today(at))


def _is_held_by(*people: UUID) -> Q:
    theirs = Organisation.objects.filter(representations__person__in=people)
    return Q(to_person__in=people) | Q(to_organisation__in=theirs)


def _held_by(person: Person) -> QuerySet[Mandate]:
    known = Mandate.objects.select_related("giver", "to_person", "to_organisation")
    return known.filter(_is_held_by(person.pk))


def find_person_at(address: str) -> Person | None:
    """Whose proved address it is; None when it is nobody's. For workers, and for the counter, where
    whoever has the address is told: any other page that asked would tell who has an account.
    """
    proved = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user")
    found = proved.first()
    return found.user if found is not None and found.user.is_active else None


def find_holders(mandate: Mandate) -> list[Person]:
    """Who may act under the mandate: its holder, or everybody who acts for the organisation that holds it."""
    if mandate.to_person is not None:
        return [mandate.to_person]
    if mandate.to_organisation_id is None:
        return []
    return list(Person.objects.filter(representations__organisation=mandate.to_organisation_id))


def find_mandates_between(mandate: Mandate, *, at: datetime) -> list[Mandate]:
    """What else lets its holder, or anybody of the organisation that holds it, act for the same giver at this moment."""
    found = {
        each.pk: each
        for holder in find_holders(mandate)
        for each in find_standing_mandates(holder, giver=mandate.giver_id, at=at)
        if each.pk != mandate.pk
    }
    return list(found.values())


def find_fellow_holders(mandate: Mandate) -> list[Person]:
    """Who could act already for the same child or organisation because a register says so."""
    others = Mandate.objects.filter(
        giver=mandate.giver_id, state=MandateState.ACTIVE, made_at__lt=mandate.made_at
    )
    people = others.exclude(basis=Basis.GIVEN).exclude(to_person=mandate.to_person_id).values("to_person")
    return list(Person.objects.filter(pk__in=people))


def find_registered_mandates(*, checked_before: datetime) -> QuerySet[Mandate]:
    """Mandates that stand because a register said so, before that moment."""
    standing = Mandate.objects.filter(state=MandateState.ACTIVE).exclude(basis=Basis.GIVEN)
    return standing.filter(checked_at__lt=checked_before).select_related("giver", "to_person").order_by("pk")


def get_party(person: Person) -> RegisteredParty:
    """What a register knows a child or an organisation by."""
    return RegisteredParty.objects.get(person=person)


def find_organisations_among(people: Collection[UUID]) -> set[UUID]:
    """Those of the people who are no people but organisations that a register vouches for."""
    known = RegisteredParty.objects.filter(person__in=people, organisation__isnull=False)
    return set(known.values_list("person_id", flat=True)) if people else set()


def is_organisation(person: Person) -> bool:
    """Whether this is an organisation, for which people act. Of everybody who signs in we know without a look that they are none."""
    return person.is_represented and bool(find_organisations_among([person.pk]))


def find_sign_ins(person: Person, *, limit: int) -> list[SignIn]:
    """The person's own sign-ins, the newest first."""
    return list(SignIn.objects.filter(person=person).select_related("person").order_by("-at")[:limit])


def get_sign_in(id: UUID, *, for_: Person) -> SignIn:
    """One of the person's own sign-ins."""
    found = SignIn.objects.filter(pk=id, person=for_).select_related("person").first()
    if found is None:
        raise NotFound
    return found


def find_visits(person: Person, *, at: datetime) -> list[Session]:
    """Where the person is signed in now, the last used first."""
    return list(Session.objects.filter(person=person, expire_date__gt=at).order_by("-last_used_at"))


def find_open_recovery(person: Person, *, at: datetime) -> Recovery | None:
    """The recovery that waits or is ripe; none when it was stopped, used or is void."""
    return Recovery.objects.filter(person=person, ended_at=None, stops_at__gt=at).first()


def somebody_works_as(roles: Collection[str], *, agency: str, but: Collection[UUID]) -> bool:
    """Whether somebody else than these has one of the roles in the agency or the whole town. A program is nobody."""
    working = Membership.objects.filter(
        Q(agency=agency) | Q(agency=None), role__in=roles, person__is_active=True
    )
    return working.exclude(person__in=but).exclude(person__email__endswith=PROGRAMS_END).exists()


def how_long_visits_last() -> str:
    """How long one stays signed in, for people and for staff, in words: from the settings that say so."""
    (idle, most), (staff_idle, staff_most) = settings.CIVIUM_SESSION, settings.CIVIUM_STAFF_SESSION
    return _(
        "You are signed out when nothing happens for %(idle)s, and after %(most)s in any case. Whoever works for the town: after "
        "%(staff_idle)s, and after %(staff_most)s."
    ) % {
        "idle": _minutes(idle),
        "most": _hours(most),
        "staff_idle": _minutes(staff_idle),
        "staff_most": _hours(staff_most),
    }


def _minutes(number: int) -> str:
    return ngettext("%(num)d minute", "%(num)d minutes", number) % {"num": number}


def _hours(minutes: int) -> str:
    hours = minutes // 60
    return ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours}


def find_administrators() -> list[Person]:
    """Everybody who gives roles in the whole town."""
    return list(
        Person.objects.filter(memberships__role=Role.ADMINISTRATOR, memberships__agency=None, is_active=True)
        .exclude(email__endswith=PROGRAMS_END)
        .order_by("joined_at", "pk")
    )
