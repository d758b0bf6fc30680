"""What this room holds: what people looked for, and nobody's name beside it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.schema import Holding

HOLDINGS = (
    Holding(
        name="searches",
        title=_("Searches"),
        what=_("Words that were looked for, counted. Not who looked for them."),
        purpose=_("To find what is missing on our pages."),
        basis="public-task",
        period=_("As long as they are of use. They belong to nobody."),
        end="made-anonymous",
    ),
)
