"""Background work of the catalogue."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions.count_figures import count_figures


@daily(at="04:10")
def count_what_services_do() -> None:
    """Keep what start pages say about use and real duration, so that no page has to ask."""
    count_figures(at=timezone.now())
