"""The account as it was when somebody came in, so that whoever it was can change nothing of it for good."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.models import NOBODYS, Account, Person, SignIn


def account_now(person: Person) -> Account:
    """Every address of the person and whether it is proved, the name, and how sure we are of it."""
    rows = EmailAddress.objects.filter(user_id=person.pk).order_by("pk")
    return {
        "main": person.email,
        "proved": dict(rows.values_list("email", "verified")),
        "name": person.name,
        "assurance": person.assurance,
        "assured_at": person.assured_at.isoformat() if person.assured_at else None,
        "assured_by": person.assured_by,
    }


def put_back(then: Account, person: Person, *, by: Person, at: datetime) -> bool:
    """Let the account be what it was then. Whether all addresses came back: one that somebody else has proved meanwhile
    stays theirs. The caller saves the person.
    """
    person.assurance, person.assured_by = then["assurance"], then["assured_by"]
    person.assured_at = datetime.fromisoformat(then["assured_at"]) if then["assured_at"] else None
    if then["name"] and then["name"] != person.name:
        rename_person(person, name=then["name"], by=by, at=at)
    return _put_back_addresses(then, person)


def _put_back_addresses(then: Account, person: Person) -> bool:
    EmailAddress.objects.filter(user=person).delete()
    taken = _taken([then["main"], *then["proved"]], but=person)
    free = {each: is_proved for each, is_proved in then["proved"].items() if each.lower() not in taken}
    if then["main"].lower() not in taken:
        person.email = then["main"]
    else:
        person.email = next((each for each in free if free[each]), f"{person.id.hex}{NOBODYS}")
    _take_from_whoever_never_proved_it(person)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=each, verified=is_proved, primary=each == person.email)
        for each, is_proved in free.items()
    )
    return not taken


def _taken(addresses: list[str], *, but: Person) -> set[str]:
    wanted = {each.lower() for each in addresses}
    proved = EmailAddress.objects.filter(email__in=wanted, verified=True).exclude(user=but)
    came_in = Exists(SignIn.objects.filter(person=OuterRef("pk")))
    others = Person.objects.filter(came_in, email__in=wanted).exclude(pk=but.pk)
    return {each.lower() for found in (proved, others) for each in found.values_list("email", flat=True)}


def _take_from_whoever_never_proved_it(person: Person) -> None:
    """An account that was only begun, with an address that is not its own, keeps nobody else out."""
    for begun in Person.objects.filter(email__iexact=person.email).exclude(pk=person.pk):
        EmailAddress.objects.filter(user=begun).delete()
        Person.objects.filter(pk=begun.pk).update(email=f"{begun.id.hex}{NOBODYS}")
