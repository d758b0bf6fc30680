"""What this room holds: copies that lie ready, and what became of requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .actions.take_along import forget_export
from .models import CarriedOut, Export

KEPT_FOR = timedelta(days=3 * 365)


class RequestRow(Exported):
    """One request about data, and what became of it."""

    wish: Annotated[str, Label(_("What you asked for"))]
    result: Annotated[str, Label(_("What was done"))]
    done_at: Annotated[datetime, Label(_("When"))]


def _export(owner: str) -> Sequence[RequestRow]:
    kind, _sep, number = owner.partition(":")
    mine = CarriedOut.objects.filter(person=UUID(number)).order_by("done_at") if kind == "person" else ()
    return [RequestRow(wish=each.wish, result=each.result, done_at=each.done_at) for each in mine]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    kind, _sep, number = owner.partition(":")
    if kind == "person":
        for export in Export.objects.filter(person=UUID(number)).select_related("file"):
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
