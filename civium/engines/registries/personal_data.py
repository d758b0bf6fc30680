"""What this room holds: nothing. What it asks other registers, and what it tells them, is on the record as codes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.schema import Holding

HOLDINGS = (
    Holding(
        name="registers",
        title=_("Other registers"),
        what=_("Which register was asked or told, when and why. What it answered stands in your answers."),
        purpose=_("So that you need not tell us what another office knows."),
        basis="public-task",
        period=_("For ever, as codes on the record."),
        end="made-anonymous",
        recipients=_("The registers that a service names on its page"),
    ),
)
