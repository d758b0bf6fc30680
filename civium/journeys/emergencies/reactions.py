"""And then: whose case it is hears of it."""

from __future__ import annotations

from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.tell_of_emergency import tell_the_citizen
from .events import EmergencyOpened
from .models import Emergency


@reacts_to(EmergencyOpened)
def tell_of_the_emergency(event: EmergencyOpened, entry: Entry) -> None:
    """The citizen is told at once: no law of this town allows to wait."""
    emergency = Emergency.objects.select_related("case", "case__applicant", "opened_by").get(
        pk=event.emergency
    )
    tell_the_citizen(emergency, at=entry.at)
