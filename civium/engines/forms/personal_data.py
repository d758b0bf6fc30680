"""What this room holds: the answers to forms. Whoever asked the questions exports them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Holding, Somebody

from .models import Draft


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """What is sealed goes with the key; a draft that was open is none any more."""
    Draft.objects.filter(under=owner, closed_at=None).update(closed_at=at, typed_sealed=None)


declare_kinds(
    {"forms.draft:answers_sealed": "answers", "forms.draft:typed_sealed": "answers"},
    lies_at={"drafts": "forms.draft:answers_sealed", "drafts:typed": "forms.draft:typed_sealed"},
)
HOLDINGS = (
    Holding(
        name="answers",
        title=_("Answers"),
        what=_("What you answer in a form, also before you send it."),
        purpose=_("To decide on your application."),
        basis="public-task",
        period=_("Not sent: 90 days. Sent: as long as the case it belongs to."),
        end="erased",
        erase=_forget,
        tables=("forms.Draft",),
    ),
)
