"""What this room holds: how a case went. Whoever opened the case exports it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Holding, Somebody

from .actions.erase_from_lists import erase_from_lists


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """What is in clear or in an index. The rest goes with the key."""
    erase_from_lists(owner)


declare_kinds(
    {
        "cases.case:about_sealed": "about",
        "cases.decision:reason_sealed": "decisions",
        "cases.decision:set_aside_sealed": "decisions",
        "cases.question:words_sealed": "decisions",
        "cases.question:reasons_sealed": "decisions",
        "cases.question:answer_sealed": "answers",
        "cases.message:words_sealed": "messages",
        "cases.note:words_sealed": "notes",
        "cases.remark:words_sealed": "notes",
        "cases.link:reason_sealed": "notes",
    }
)
HOLDINGS = (
    Holding(
        name="cases",
        title=_("Cases"),
        what=_("Steps, questions, messages, notes and the decision with its reason."),
        purpose=_("To decide fairly and in time, and to show how."),
        basis="public-task",
        period=_("As long as the service says. It stands in the list below."),
        end="erased",
        erase=_forget,
        tables=(
            "cases.Case",
            "cases.Decision",
            "cases.Question",
            "cases.Message",
            "cases.Note",
            "cases.Remark",
            "cases.Link",
            "cases.Word",
        ),
    ),
)
