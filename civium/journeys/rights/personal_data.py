"""What this room holds: copies that lie ready, and what became of requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.notices.queries import find_what_tells_of
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import keep_to_oneself
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.journeys.applications.rules import status_words

from .actions.take_along import forget_export
from .models import CarriedOut, Export
from .queries import wish_of
from .rules import KEPT_FOR, REQUEST_SERVICE, RESULTS

# Whoever helps with one's bills does not erase one's account.
keep_to_oneself(REQUEST_SERVICE)


class RequestRow(Exported):
    """One request about data, and what became of it. ``wish`` is its code, ``what`` the words."""

    reference: Annotated[str, Label(_("Reference"))]
    wish: str
    what: Annotated[str, Label(_("What you asked for"))]
    asked_at: Annotated[datetime, Label(_("Asked for on"))]
    state: Annotated[str, Label(_("State"), status_words)]
    result: Annotated[str, Label(_("What was done"), lambda code: RESULTS.get(code, code))]
    done_at: Annotated[datetime | None, Label(_("When"))]


def _export(owner: str) -> Sequence[RequestRow]:
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return []
    mine = Case.objects.filter(applicant=UUID(number), service=REQUEST_SERVICE).order_by("opened_at")
    done = {each.case_id: each for each in CarriedOut.objects.filter(person=UUID(number))}
    return [_row(case, done.get(case.pk)) for case in mine.iterator()]


def _row(case: Case, done: CarriedOut | None) -> RequestRow:
    return RequestRow(
        reference=case.shown_reference,
        wish=done.wish if done else _wish(case),
        what=case.about,
        asked_at=case.opened_at,
        state=case.status,
        result=done.result if done else "",
        done_at=done.done_at if done else case.closed_at,
    )


def _wish(case: Case) -> str:
    """What the request asks for; nothing once its answers are erased."""
    try:
        return wish_of(case).what
    except KeyDestroyed:
        return ""


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """Every copy that lies ready with something of the owner in it. Whose copy it is can have a new one made."""
    kind, _sep, number = owner.partition(":")
    if kind not in ("person", "application"):
        return
    theirs = {"person": UUID(number)} if kind == "person" else {"person__applications": UUID(number)}
    readers = find_what_tells_of(owner).values("to")
    lying = Export.objects.filter(Q(**theirs) | Q(person__in=readers), forgotten_at=None).distinct()
    for export in lying.select_related("file"):
        forget_export(export, by=by if isinstance(by, Person) else None, at=at)


HOLDINGS = (
    Holding(
        name="requests",
        title=_("Requests about your data"),
        what=_("What you asked for, and what was done. A copy to take along lies ready for three days."),
        purpose=_("To do what you ask, and to show that it was done."),
        basis="legal-obligation",
        period=_("3 years."),
        end="deleted",
        shape=RequestRow,
        export=_export,
        erase=_forget,
        ages=(
            Ageing(
                "requests",
                _("What became of requests about data"),
                lambda at: CarriedOut.objects.filter(done_at__lt=at - KEPT_FOR),
            ),
            Ageing(
                "exports",
                _("Copies to take along"),
                lambda at: Export.objects.filter(expires_at__lte=at, forgotten_at=None),
                lambda export, at: forget_export(export, by=None, at=at),
            ),
        ),
    ),
)
