"""And then: what follows for cases when something below is recorded."""

from __future__ import annotations

from civium.foundation.identity.events import PersonRenamed
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.make_findable import make_findable
from .actions.renew_indexes import renew_words_of
from .events import CaseOpened


@reacts_to(CaseOpened)
def find_the_new_case(event: CaseOpened, entry: Entry) -> None:
    """A new case is found by its words a moment after it was opened: nobody who sends waits for thirty rows of an index."""
    make_findable(event.case)


@reacts_to(PersonRenamed)
def find_by_the_new_name(event: PersonRenamed, entry: Entry) -> None:
    """Whoever is called otherwise now is found by that, and no more by what they were called before."""
    renew_words_of(event.person)
