"""The addresses as they were when somebody came in, so that whoever it was can take none away for good."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from civium.foundation.identity.models import NOBODYS, Addresses, Person, SignIn


def addresses_now(person: Person) -> Addresses:
    """Every address of the person, and whether it is proved."""
    rows = EmailAddress.objects.filter(user_id=person.pk).order_by("pk")
    return {"main": person.email, "proved": dict(rows.values_list("email", "verified"))}


def put_back(then: Addresses, person: Person) -> bool:
    """Give the person the addresses that they had then, and no others. Whether all came back: one that somebody else
    has proved meanwhile stays theirs. The caller saves the person.
    """
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
