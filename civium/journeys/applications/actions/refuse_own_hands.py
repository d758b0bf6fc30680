"""Four eyes: whoever had a hand in an application does not decide it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_colleagues
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_givers
from civium.foundation.journal.models import Entry
from civium.foundation.kit.languages import listed
from civium.foundation.kit.refusals import Refusal

from ..events import CounterHelpBegan

MOST_NAMED = 5


class NeedsOtherEyes(Refusal):
    """Who decides is to be nobody who filled in, sent or may act for the applicant."""

    message = _("You helped with this application, or act for the applicant. Somebody else must decide it.")
    status = 403

    def __init__(self, able: list[str]) -> None:
        super().__init__(able=able)
        self.what_next = (
            _now("Hand it over to a colleague who can: %(names)s.") % {"names": listed(able)}
            if able
            else _now("No colleague of yours can just now: ask your supervisor.")
        )


def refuse_own_hands(case: Case, *, able: Callable[[Person], bool], by: Person, at: datetime) -> None:
    """Refuse to decide to whoever helped at the counter, acted for the applicant in this case, or may act for them now.

    ``able``: who else could do it, to be named.
    """
    if not is_involved(by, case, at=at):
        return
    others = [
        each.shown_as
        for each in find_colleagues(case)
        if able(each) and not each.is_program and not is_involved(each, case, at=at)
    ]
    raise NeedsOtherEyes(list(dict.fromkeys(others))[:MOST_NAMED])


def is_involved(person: Person, case: Case, *, at: datetime) -> bool:
    """Whether the person had a hand in the case for its applicant, or may act for them now."""
    return case.pk in find_involved(person, [case], at=at)


def find_involved(person: Person, cases: Sequence[Case], *, at: datetime) -> set[UUID]:
    """In which of the cases the person (or whoever let in this program) had a hand for the applicant, or may act for them now."""
    if not cases:
        return set()
    streams = {stream: case.pk for case in cases for stream in (case.subject, case.stream)}
    done = Entry.objects.filter(Q(stream__in=streams) | Q(also__in=streams), by_id__in=person.eyes)
    done = done.filter(Q(on_behalf_of_id__isnull=False) | Q(kind=CounterHelpBegan.kind))
    touched = {
        streams[stream] for pair in done.values_list("stream", "also") for stream in pair if stream in streams
    }
    givers = find_givers(person, among={case.applicant_id for case in cases}, at=at)
    return touched | {case.pk for case in cases if case.applicant_id in givers}
