"""Work that is stuck."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from civium.doors.desk.stuck import error_words, shown_mail, stuck_work, work_words
from civium.doors.desk.views.page import show
from civium.engines.notices.queries import find_stuck_mail
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.jobs.queries import count_waiting, find_dead_jobs, find_failing_jobs, find_stuck
from civium.foundation.journal.actions.settle_dead_letters import (
    discard_dead_job,
    discard_reaction,
    replay_dead_job,
    replay_reaction,
)
from civium.foundation.journal.queries import (
    find_asked_witnesses,
    find_dead_reactions,
    find_witness_states,
    is_being_signed,
    signed_at,
)
from civium.foundation.kit.refusals import NotFound

# Work is stuck for the whole town; whose case waits for it is said to whoever works on that case.
menders = staff("administrator", for_whole_town=True)


@open_to(menders)
@require_GET
def stuck(request: SignedInRequest) -> HttpResponse:
    """Work that failed for good, work that waits too long, and mail that is not out."""
    now = timezone.now()
    return show(
        request,
        "stuck.html",
        dead=stuck_work(find_dead_jobs(), find_dead_reactions(), for_=request.user),
        trying=[
            (job, work_words(job.name), error_words(job.why))
            for job in (*find_failing_jobs(), *find_stuck(at=now))
        ],
        mail=shown_mail(find_stuck_mail(), for_=request.user),
        waiting=count_waiting(at=now),
        signed_at=signed_at(),
        is_being_signed=is_being_signed(at=now),
        **_witnesses(),
    )


def _witnesses() -> dict[str, Any]:
    """Who is asked to cosign the record, and who no longer is: what one of those said once is history, no alarm."""
    asked, states = find_asked_witnesses(), find_witness_states()
    return {
        "is_witnessed": bool(asked),
        "witnesses": [state for state in states if state.name in asked],
        "former": [state for state in states if state.name not in asked],
    }


@open_to(menders)
@require_POST
def unstick(request: SignedInRequest, kind: str, id: str) -> HttpResponse:
    """Try a dead job or reaction again, or let it go."""
    again, now = request.POST.get("do") != "discard", timezone.now()
    try:
        if kind == "job":
            (replay_dead_job if again else discard_dead_job)(UUID(id), by=request.user, at=now)
        elif kind == "reaction":
            (replay_reaction if again else discard_reaction)(int(id), by=request.user, at=now)
        else:
            raise NotFound
    except ValueError:
        raise NotFound from None
    messages.success(request, _("It is tried again now.") if again else _("It is let go."))
    return redirect("desk:stuck")
