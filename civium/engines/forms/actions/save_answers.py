"""Save what one page changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.sealing import seal

from ..journey import merge_answers
from ..models import Draft
from ..queries import open_answers

_ATTEMPTS = 5


class DraftClosed(Refusal):
    """What was sent cannot be changed here."""

    message = _("You have already sent these answers, so they cannot be changed here.")
    what_next = _("Look at your applications to see what happens next.")


class DraftBusy(Refusal):
    """Other tabs saved again and again in the same moment."""

    message = _("Your answers are being saved in another window. Try again.")


@transaction.atomic
def save_answers(
    draft: Draft, changes: Mapping[str, Any], *, at: datetime, expires_at: datetime | None = None
) -> Draft:
    """Merge one page's changes (``PageReading.values``) into the draft, in one UPDATE, and give the draft as it is then.

    Two windows that save different pages, or different rows of a list, both survive: a save that did not see the other's
    reads again and merges. The same question in both: the later save wins. Refuses DraftClosed and DraftBusy.
    """
    renewed = {} if expires_at is None else {"expires_at": expires_at}
    for _attempt in range(_ATTEMPTS):
        if draft.is_closed:
            raise DraftClosed
        answers = merge_answers(open_answers(draft), changes)
        saved = {
            "answers_sealed": seal(answers, under=draft.under, at=draft.answers_place),
            "revision": draft.revision + 1,
            "updated_at": at,
            **renewed,
        }
        if Draft.objects.filter(pk=draft.pk, revision=draft.revision, closed_at=None).update(**saved):
            for name, value in saved.items():
                setattr(draft, name, value)
            return draft
        draft.refresh_from_db()
    raise DraftBusy
