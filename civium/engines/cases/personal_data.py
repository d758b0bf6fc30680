"""What this room holds: how a case went. Whoever opened the case exports it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.schema import Holding, Somebody

from .actions.hide_from_lists import hide_from_lists


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """What is in clear or in an index. The rest goes with the key."""
    hide_from_lists(owner)


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
    ),
)
