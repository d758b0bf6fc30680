"""What this room holds: that a case was opened in an emergency, why, and what a second person said to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Exported, Holding, Label

from .models import Emergency, Verdict, Why


class EmergencyRow(Exported):
    """One time that a case of somebody's was opened in an emergency."""

    reference: Annotated[str, Label(_("Reference"))]
    opened_at: Annotated[datetime, Label(_("When"))]
    until: Annotated[datetime, Label(_("Until"))]
    why: Annotated[str, Label(_("Why"), lambda code: Why(code).label)]
    verdict: Annotated[str, Label(_("What a second person said to it"), lambda code: Verdict(code).label)]


def _export(owner: str) -> Sequence[EmergencyRow]:
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return []
    mine = Emergency.objects.filter(case__applicant=UUID(number)).select_related("case")
    return [
        EmergencyRow(
            reference=each.case.shown_reference,
            opened_at=each.opened_at,
            until=each.ended_at or each.until,
            why=each.why,
            verdict=each.verdict,
        )
        for each in mine.order_by("opened_at")
    ]


declare_kinds(
    {
        "emergencies.emergency:reason_sealed": "notes",
        "emergencies.emergency:review_sealed": "notes",
    }
)
HOLDINGS = (
    Holding(
        name="emergencies",
        title=_("Cases opened in an emergency"),
        what=_(
            "Which case was opened without the usual right, when and why, and whether a second person found it right."
        ),
        purpose=_("To help in an emergency, and to show that nobody does it without need."),
        basis="legal-obligation",
        period=_("As long as the case. Its words go with the case’s key."),
        end="erased",
        shape=EmergencyRow,
        export=_export,
        tables=("emergencies.Emergency",),
    ),
)
