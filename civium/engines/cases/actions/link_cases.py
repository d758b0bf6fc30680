"""Tie two cases together, and untie them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.sealing import seal

from ..events import CaseLinked, CaseUnlinked
from ..models import Case, Link
from ._changing import require_worker
from ._words import written_words

_SEEN_FROM_THERE = {
    Link.Kind.SAME_PERSON: Link.Kind.SAME_PERSON,
    Link.Kind.SAME_PLACE: Link.Kind.SAME_PLACE,
    Link.Kind.PARENT: Link.Kind.CHILD,
    Link.Kind.CHILD: Link.Kind.PARENT,
}


class LinkReasonMissing(Refusal):
    """Colleagues should know why two cases belong together."""

    message = _("Enter why the cases belong together.")
    status = 422


class LinkKindMissing(Refusal):
    """Nobody said how the cases belong together."""

    message = _("Choose how the cases belong together.")
    status = 422


class SameCase(Refusal):
    """A case cannot be linked to itself."""

    message = _("This is the reference of this very case. Enter the reference of the other one.")
    status = 422


class AlreadyLinked(Refusal):
    """They are tied together already."""

    message = _("These two cases are linked already.")
    status = 422


@transaction.atomic
def link_cases(case: Case, *, other: Case, kind: str, reason: str, by: Person, at: datetime) -> Link:
    """Tie two cases together, both shown to whoever works on the other; with why. ``kind``: what the other is to this one.

    The person must be able to work on both, and neither may lie still. What they wrote is kept with each of the cases, under its own key.
    """
    require_worker(by, case)
    require_worker(by, other)
    if case.pk == other.pk:
        raise SameCase
    if kind not in Link.Kind.values:
        raise LinkKindMissing
    words = written_words(reason, missing=LinkReasonMissing)
    # Both rows in one order, whichever case one comes from: two at once wait for one another and the later finds the first.
    list(Case.objects.select_for_update().filter(pk__in=[case.pk, other.pk]).order_by("pk").values_list("pk"))
    if Link.objects.filter(case=case, other=other, ended_at=None).exists():
        raise AlreadyLinked
    chosen = Link.Kind(kind)
    link = _put(case, other, chosen, words, by=by, at=at)
    _put(other, case, _SEEN_FROM_THERE[chosen], words, by=by, at=at)
    return link


def _put(case: Case, other: Case, kind: Link.Kind, words: str, *, by: Person, at: datetime) -> Link:
    link = Link(id=uuid.uuid4(), case=case, other=other, kind=kind, linked_by=by, linked_at=at)
    link.reason_sealed = seal(words, under=case.subject, at=link.place("reason_sealed"))
    link.save(force_insert=True)
    record(CaseLinked(case.id, other.id, kind.value), by=by, at=at)
    return link


@transaction.atomic
def unlink_cases(case: Case, *, other: Case, by: Person, at: datetime) -> None:
    """Untie two cases. Nothing happens when they are not linked."""
    require_worker(by, case)
    require_worker(by, other)
    for here, there in ((case, other), (other, case)):
        if Link.objects.filter(case=here, other=there, ended_at=None).update(ended_at=at):
            record(CaseUnlinked(here.id, there.id), by=by, at=at)
