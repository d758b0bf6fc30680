"""Four eyes: whoever had a hand in an application does not decide it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_colleagues
from civium.engines.cases.rules import may_move
from civium.engines.cases.schema import Move
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_standing_mandates
from civium.foundation.journal.queries import find_entries
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
            now_said("Hand it over to a colleague who can: %(names)s.") % {"names": ", ".join(able)}
            if able
            else now_said("No colleague of yours can just now: ask your supervisor.")
        )


def refuse_own_hands(case: Case, move: Move, *, by: Person, at: datetime) -> None:
    """Refuse to decide to whoever helped at the counter, acted for the applicant in this case, or may act for them now."""
    involved = _involved(case)
    if by.pk not in involved and not _acts_for_applicant(by, case, at=at):
        return
    able = [
        each.shown_as
        for each in find_colleagues(case)
        if each.pk not in involved
        and may_move(each, case, move)
        and not _acts_for_applicant(each, case, at=at)
    ]
    raise NeedsOtherEyes(list(dict.fromkeys(able))[:MOST_NAMED])


def _involved(case: Case) -> set[UUID]:
    entries = find_entries([case.subject, case.stream])
    return {
        each.by_id
        for each in entries
        if each.by_id and (each.on_behalf_of_id is not None or each.kind == CounterHelpBegan.kind)
    }


def _acts_for_applicant(person: Person, case: Case, *, at: datetime) -> bool:
    return bool(find_standing_mandates(person, at=at, giver=case.applicant_id))
