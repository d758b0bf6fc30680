"""Who lets whom do what: invited, accepted, ended by either side, over at the town's midnight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from civium.foundation.identity.actions.answer_invitation import (
    InvitationOver,
    OrganisationMissing,
    accept_mandate,
    decline_mandate,
)
from civium.foundation.identity.actions.end_mandate import (
    end_mandate,
    end_mandates_of,
    expire_mandates,
    tell_of_ends,
)
from civium.foundation.identity.actions.invite_to_act import (
    ANSWER_WITHIN,
    MOST_A_DAY,
    AddressMissing,
    InvitedAlready,
    NameFirst,
    NothingAllowed,
    UntilUnusable,
    Yourself,
    invite_to_act,
)
from civium.foundation.identity.actions.limit_tries import TooManyTries
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.actions.represent import represent
from civium.foundation.identity.models import Mandate, MandateState, Organisation, Person
from civium.foundation.identity.queries import (
    find_invitations_to,
    find_mandates_given,
    find_mandates_held,
    find_receivers,
    find_standing_mandates,
    get_mandate,
    mandate_stands,
)
from civium.foundation.identity.rules import powers_in
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotAllowed, NotFound
from tests.cast import NOW

LAST_DAY = dt.date(2026, 6, 30)
MakePerson = Callable[..., Person]


def invite(giver: Person, email: str = "ben@cast.example", **others: object) -> Mandate:
    said = {"powers": ["fill"], "service": "dog-licence", "until": LAST_DAY, "by": giver, "at": NOW, **others}
    return invite_to_act(giver, email=email, **said)  # type: ignore[arg-type]


def give(giver: Person, holder: Person, **others: object) -> Mandate:
    return accept_mandate(invite(giver, holder.email, **others).code, by=holder, at=NOW)


def powers_over(giver: UUID, *, service: str, holder: Person, at: dt.datetime) -> frozenset[str]:
    return powers_in(service, find_standing_mandates(holder, at=at, giver=giver))


def kinds(mandate: Mandate) -> list[str]:
    return [entry.kind.removeprefix("identity.") for entry in find_entries([f"mandate:{mandate.pk}"])]


def test_nothing_may_be_done_before_both_have_said_yes(amina: Person, ben: Person) -> None:
    made = invite(amina)
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=NOW) == frozenset()
    accept_mandate(made.code, by=ben, at=NOW)
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=NOW) == {"view", "fill"}
    assert kinds(made) == ["MandateInvited", "MandateAccepted"]


def test_a_mandate_for_one_service_says_nothing_of_another(amina: Person, ben: Person) -> None:
    give(amina, ben)
    assert powers_over(amina.pk, service="building-permit", holder=ben, at=NOW) == frozenset()


def test_a_mandate_for_every_service_counts_everywhere(amina: Person, ben: Person) -> None:
    give(amina, ben, service="", powers=["receive"])
    assert powers_over(amina.pk, service="library-card", holder=ben, at=NOW) == {"receive"}


def test_it_counts_in_one_direction_only(amina: Person, ben: Person) -> None:
    give(amina, ben)
    assert powers_over(ben.pk, service="dog-licence", holder=amina, at=NOW) == frozenset()


def test_it_is_not_passed_on(amina: Person, ben: Person, make_person: MakePerson) -> None:
    """A lets B, B lets C: C may do nothing for A, also when everybody lets everybody."""
    carl = make_person("Carl")
    give(amina, ben, service="")
    give(ben, carl, service="")
    give(carl, amina, service="")
    assert powers_over(amina.pk, service="dog-licence", holder=carl, at=NOW) == frozenset()
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=NOW) == {"view", "fill"}
    acting = Person.objects.get(pk=ben.pk)
    acting.hands = carl
    with pytest.raises(NotAllowed):
        invite(acting, "dora@cast.example")
    assert find_standing_mandates(acting, at=NOW) == []


def test_an_unknown_address_and_a_known_one_are_invited_alike(amina: Person, ben: Person) -> None:
    """Same work, same record: nobody looks whose address it is before a worker writes."""
    known, unknown = invite(amina, ben.email), invite(amina, "nobody@cast.example")
    one, other = (find_entries([f"mandate:{each.pk}"])[0] for each in (known, unknown))
    assert one.data.replace(str(known.pk), "") == other.data.replace(str(unknown.pk), "")
    assert (known.state, known.to_person, len(known.code)) == (
        unknown.state,
        unknown.to_person,
        len(unknown.code),
    )


def test_no_address_is_in_clear_anywhere(amina: Person) -> None:
    made = invite(amina, "canary.address@cast.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_mandate")
        rows = [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
    assert "canary" not in repr(rows)
    assert made.code not in repr(rows)
    assert not Entry.objects.filter(data__icontains="canary").exists()
    assert Mandate.objects.get(pk=made.pk).address == "canary.address@cast.example"


def test_a_forged_code_opens_nothing(amina: Person, ben: Person) -> None:
    made = invite(amina)
    for code in ("", "x" * 32, made.code[:-1], made.code.swapcase(), made.code + " ", "\0", "x" * 5000):
        with pytest.raises(InvitationOver):
            accept_mandate(code, by=ben, at=NOW)
    assert Mandate.objects.get(pk=made.pk).state == MandateState.INVITED


def test_an_invitation_is_for_the_address_it_went_to(
    amina: Person, ben: Person, make_person: MakePerson
) -> None:
    made, thief = invite(amina), make_person("Thief")
    for act in (accept_mandate, decline_mandate):
        with pytest.raises(InvitationOver):
            act(made.code, by=thief, at=NOW)
    assert find_invitations_to(thief, at=NOW) == []
    assert find_invitations_to(ben, at=NOW) == [made]
    with pytest.raises(NotFound):
        get_mandate(made.pk, for_=thief)


def test_a_code_is_used_once(amina: Person, ben: Person) -> None:
    made = invite(amina)
    accept_mandate(made.code, by=ben, at=NOW)
    for act in (accept_mandate, decline_mandate):
        with pytest.raises(InvitationOver):
            act(made.code, by=ben, at=NOW)
    assert Mandate.objects.get(pk=made.pk).code == ""


def test_an_invitation_is_over_after_two_weeks(amina: Person, ben: Person) -> None:
    made = invite(amina)
    with pytest.raises(InvitationOver):
        accept_mandate(made.code, by=ben, at=NOW + ANSWER_WITHIN)
    assert find_invitations_to(ben, at=NOW + ANSWER_WITHIN) == []
    expire_mandates(at=NOW + ANSWER_WITHIN)
    assert Mandate.objects.get(pk=made.pk).state == MandateState.EXPIRED
    assert kinds(made)[-1] == "MandateExpired"


def test_a_withdrawn_invitation_opens_nothing(amina: Person, ben: Person) -> None:
    made = invite(amina)
    end_mandate(made, by=amina, at=NOW)
    with pytest.raises(InvitationOver):
        accept_mandate(made.code, by=ben, at=NOW)
    assert find_invitations_to(ben, at=NOW) == []


def test_saying_no_ends_it(amina: Person, ben: Person) -> None:
    made = invite(amina)
    decline_mandate(made.code, by=ben, at=NOW)
    assert Mandate.objects.get(pk=made.pk).state == MandateState.DECLINED
    assert find_standing_mandates(ben, at=NOW) == []


@pytest.mark.parametrize("side", ["amina", "ben"])
def test_either_side_ends_it_at_once(amina: Person, ben: Person, side: str) -> None:
    made = give(amina, ben)
    end_mandate(made, by={"amina": amina, "ben": ben}[side], at=NOW)
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=NOW) == frozenset()
    assert not mandate_stands(made.pk, at=NOW)
    assert [each.pk for each in find_mandates_given(amina)] == [each.pk for each in find_mandates_held(ben)]


def test_nobody_else_ends_it(amina: Person, ben: Person, stranger: Person) -> None:
    made = give(amina, ben)
    with pytest.raises(NotFound):
        end_mandate(made, by=stranger, at=NOW)
    assert mandate_stands(made.pk, at=NOW)


def test_ending_twice_is_ending_once(amina: Person, ben: Person) -> None:
    made = give(amina, ben)
    end_mandate(made, by=amina, at=NOW)
    end_mandate(made, by=ben, at=NOW + dt.timedelta(hours=1))
    assert kinds(made).count("MandateEnded") == 1
    assert Mandate.objects.get(pk=made.pk).ended_by == amina


def test_the_last_day_ends_at_the_towns_midnight(amina: Person, ben: Person) -> None:
    """Port Lumen keeps Madrid's time: its 30 June ends at 22:00 UTC."""
    give(amina, ben)
    late = dt.datetime(2026, 6, 30, 21, 59, 59, tzinfo=dt.UTC)
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=late) == {"view", "fill"}
    midnight = late + dt.timedelta(seconds=1)
    assert powers_over(amina.pk, service="dog-licence", holder=ben, at=midnight) == frozenset()
    expire_mandates(at=late)
    assert find_standing_mandates(ben, at=late) != []
    expire_mandates(at=midnight)
    assert Mandate.objects.get().state == MandateState.EXPIRED


def test_both_are_told_once_that_it_ends_soon(amina: Person, ben: Person) -> None:
    made = give(amina, ben)
    tell_of_ends(at=NOW)
    assert "MandateEndsSoon" not in kinds(made)
    for day in (17, 18):
        tell_of_ends(at=dt.datetime(2026, 6, day, 9, tzinfo=dt.UTC))
    assert kinds(made).count("MandateEndsSoon") == 1


def test_nobody_invites_themselves(amina: Person) -> None:
    with pytest.raises(Yourself):
        invite(amina, amina.email.upper())


@pytest.mark.parametrize(
    "email", ["", "   ", "amina", "a@b@c", "x" * 250 + "@cast.example", "a\n@cast.example"]
)
def test_an_address_must_be_one(amina: Person, email: str) -> None:
    with pytest.raises(AddressMissing):
        invite(amina, email)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1), dt.date(2029, 4, 1), dt.date.max])
def test_the_last_day_is_neither_past_nor_far(amina: Person, day: dt.date) -> None:
    with pytest.raises(UntilUnusable):
        invite(amina, until=day)


def test_something_must_be_allowed_and_only_what_there_is(amina: Person) -> None:
    for powers in ([], ["decide"], ["", "own"]):
        with pytest.raises(NothingAllowed):
            invite(amina, powers=powers)


def test_whoever_does_something_sees_it(amina: Person) -> None:
    assert invite(amina, powers=["pay", "decide"]).powers == ["view", "pay"]


def test_an_invitation_has_a_name_on_it(make_person: MakePerson) -> None:
    nameless = make_person("Nameless")
    Person.objects.filter(pk=nameless.pk).update(name_sealed=None)
    with pytest.raises(NameFirst):
        invite(Person.objects.get(pk=nameless.pk))


def test_one_address_is_invited_once_for_one_thing(amina: Person) -> None:
    invite(amina)
    with pytest.raises(InvitedAlready):
        invite(amina, "BEN@cast.example")
    invite(amina, service="building-permit")


def test_invitations_have_a_limit(amina: Person) -> None:
    for number in range(MOST_A_DAY):
        invite(amina, f"friend{number}@cast.example")
    with pytest.raises(TooManyTries):
        invite(amina, "one-more@cast.example")


def test_an_organisation_accepts_by_somebody_who_acts_for_it(
    amina: Person, ben: Person, make_person: MakePerson
) -> None:
    bakery, colleague = Organisation.objects.create(name="Lumen Bakery"), make_person("Colleague")
    made = invite(amina, wants_organisation=True)
    with pytest.raises(OrganisationMissing):
        accept_mandate(made.code, by=ben, at=NOW)
    with pytest.raises(NotFound):
        accept_mandate(made.code, by=ben, at=NOW, organisation=bakery.pk)
    represent(ben, organisation=bakery, by=ben, at=NOW)
    accept_mandate(made.code, by=ben, at=NOW, organisation=bakery.pk)
    assert powers_over(amina.pk, service="dog-licence", holder=colleague, at=NOW) == frozenset()
    represent(colleague, organisation=bakery, by=ben, at=NOW)
    assert powers_over(amina.pk, service="dog-licence", holder=colleague, at=NOW) == {"view", "fill"}
    colleague.representations.all().delete()
    assert powers_over(amina.pk, service="dog-licence", holder=colleague, at=NOW) == frozenset()


def test_receivers_are_found_once_each(amina: Person, ben: Person) -> None:
    give(amina, ben, powers=["receive"])
    give(amina, ben, powers=["receive"], service="")
    assert [person for person, _mandate in find_receivers(amina, service="dog-licence", at=NOW)] == [ben]
    after = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
    assert find_receivers(amina, service="dog-licence", at=after) == []


def test_all_of_somebodys_mandates_end_together(amina: Person, ben: Person) -> None:
    give(amina, ben)
    give(ben, amina)
    invite(amina, "nobody@cast.example")
    end_mandates_of(amina, by=amina, at=NOW)
    assert set(Mandate.objects.values_list("state", flat=True)) == {MandateState.ENDED}


def test_long_and_right_to_left_names_are_whole(amina: Person, ben: Person) -> None:
    name = "ليلى " * 39 + "الخطيب"[:5]
    rename_person(amina, name=name[:200], by=amina, at=NOW)
    give(amina, ben)
    (held,) = find_mandates_held(ben)
    assert held.giver.name == " ".join(name[:200].split())


def test_hands_are_on_the_record_beside_whom_they_act_for(amina: Person, ben: Person) -> None:
    acting = Person.objects.get(pk=amina.pk)
    acting.hands = ben
    rename_person(acting, name="Amina", by=acting, at=NOW)
    entry = Entry.objects.latest("id")
    assert (entry.by_id, entry.on_behalf_of_id) == (ben.pk, amina.pk)
