"""And then: what follows for cases when something below is recorded."""

from __future__ import annotations

from civium.foundation.identity.events import PersonRenamed
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.renew_indexes import renew_words_of


@reacts_to(PersonRenamed)
def find_by_the_new_name(event: PersonRenamed, entry: Entry) -> None:
    """Whoever is called otherwise now is found by that, and no more by what they were called before."""
    renew_words_of(event.person)
