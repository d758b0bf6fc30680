"""The town's own calendar."""

from __future__ import annotations

from civium.foundation.kit.town import the_town

from .rules import Calendar


def the_calendar() -> Calendar:
    """The working calendar of this installation's town."""
    town = the_town()
    return Calendar(town.rest_days, town.holidays)
