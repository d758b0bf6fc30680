"""Claiming to be a child's parent or guardian, or to act for a company: a register is asked, now and again each night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civium.engines.registries.actions.ask_register import RegisterUnavailable
from civium.engines.registries.actions.confirm_in_register import confirm_in_register
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.actions.register_mandate import (
    Party,
    confirm_mandate,
    register_mandate,
)
from civium.foundation.identity.actions.rename_person import NameUnusable, clean_name
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.identity.queries import find_registered_mandates, get_party
from civium.foundation.kit.refusals import NotAllowed, NotUsable, Refusal, require
from civium.foundation.kit.town import the_town

REGISTERS: Final = {Basis.GUARDIAN: "birth-register", Basis.OFFICER: "business-register"}
ASKED_WITH: Final = {
    Basis.GUARDIAN: frozenset({"name", "number", "born_on"}),
    Basis.OFFICER: frozenset({"name", "number"}),
}
# Then whoever claimed it must claim it anew; a register may say a nearer day.
HOLDS_FOR: Final = timedelta(days=365)
ASK_AGAIN_AFTER: Final = timedelta(hours=20)
MOST_A_DAY: Final = 6
LONGEST_NUMBER: Final = 40


class OtherUnusable(NotUsable):
    """What was typed about the other cannot be asked: everything that is wrong, by field."""

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors
        self.field = next(iter(errors))


class NotProved(Refusal):
    """Whoever claims to act for another must have proved who they are themselves."""

    message = _("First we must know who you are.")
    status = 403


class RegisterSaysNo(Refusal):
    """Nobody there, a name or number that does not fit, not theirs, or barred: one answer for all of these."""

    message = _("The register does not say that you may act for them.")
    what_next = _(
        "Compare the name, the number and the day with your paper: each must be as it stands there. If they are right, "
        "bring the paper to the counter or call us."
    )
    status = 422


class CompanyRegisterSaysNo(RegisterSaysNo):
    """The same of a company, which has no day."""

    what_next = _(
        "Compare the name and the number with a letter of the company: each must be as it stands there. If they are "
        "right, bring the letter to the counter or call us."
    )


def claim_power(
    holder: Person, *, basis: Basis, typed: Mapping[str, str], by: Person, at: datetime
) -> Mandate:
    """Ask the register whether the holder may act for whoever was named; when it says so, they may from now on.

    Refuses what cannot be asked (NotUsable), whoever did not prove who they are (NotProved), too many tries, and a no
    (RegisterSaysNo) without saying why. The register is asked outside any transaction: it may be slow.
    """
    require(by.pk == holder.pk and by.hands is None and not holder.is_guest, NotAllowed)
    if not holder.is_verified:
        raise NotProved
    other = _readable(basis, typed, today=the_town().today(at))
    limit_tries("register-claim", who=str(holder.pk), most=MOST_A_DAY, within=timedelta(days=1), at=at)
    said = confirm_in_register(
        REGISTERS[basis], other, of=holder, purpose=_purpose(basis), legal_basis="public-task", by=by, at=at
    )
    if said is None:
        raise CompanyRegisterSaysNo if basis == Basis.OFFICER else RegisterSaysNo
    party = Party(REGISTERS[basis], said.name, other)
    return register_mandate(
        holder, basis=basis, party=party, until=_last_day(said.until, at=at), by=by, at=at
    )


def check_claims(*, at: datetime) -> None:
    """Ask the registers again about everybody who acts for another because of them. A no ends it at once.

    A register that does not answer changes nothing; it is asked nothing more until the next time.
    """
    silent: set[str] = set()
    for mandate in find_registered_mandates(checked_before=at - ASK_AGAIN_AFTER).iterator(chunk_size=200):
        register = REGISTERS[Basis(mandate.basis)]
        if register not in silent and not _check(mandate, register, at=at):
            silent.add(register)


def _check(mandate: Mandate, register: str, *, at: datetime) -> bool:
    """Whether the register answered."""
    assert mandate.to_person is not None
    try:
        said = confirm_in_register(
            register,
            get_party(mandate.giver).asked_with,
            of=mandate.to_person,
            purpose=_purpose(Basis(mandate.basis)),
            legal_basis="public-task",
            by=None,
            at=at,
        )
    except RegisterUnavailable:
        return False
    if said is None:
        end_mandate(mandate, by=None, at=at)
    else:
        until = min(mandate.until, said.until or mandate.until)
        confirm_mandate(mandate, until=until, by=None, at=at)
    return True


def _purpose(basis: Basis) -> str:
    return f"mandate:{basis.value}"


def _last_day(said: date | None, *, at: datetime) -> date:
    longest = the_town().today(at) + HOLDS_FOR
    return min(said, longest) if said else longest


def _readable(basis: Basis, typed: Mapping[str, str], *, today: date) -> dict[str, Any]:
    other: dict[str, Any] = {"number": "".join(typed.get("number", "").split()).upper()}
    errors: dict[str, str | Promise] = {}
    try:
        other["name"] = clean_name(typed.get("name", ""))
    except NameUnusable:
        errors["name"] = _("Enter the name as it stands in the register.")
    number = other["number"]
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        errors["number"] = _("Enter the number as it stands on the paper.")
    if "born_on" in ASKED_WITH[basis]:
        born = _birthday(typed.get("born_on", ""), today=today)
        if born is None:
            errors["born_on"] = _("Enter the day of birth, like 14 5 2019.")
        else:
            other["born_on"] = born.isoformat()
    if errors:
        raise OtherUnusable(errors)
    return other


def _birthday(typed: str, *, today: date) -> date | None:
    try:
        born = date.fromisoformat(typed)
    except ValueError:
        return None
    return born if born <= today else None
