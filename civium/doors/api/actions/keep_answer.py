"""Doing once what a program may send twice (the Idempotency-Key header field, an IETF draft that payment providers follow)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.kit.prepared import insert
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.actions.tokens import token_digest

from ..models import KeptAnswer
from ..queries import find_kept_answer

ABANDONED_AFTER = timedelta(minutes=2)


class KeyUsedForAnother(Refusal):
    """The key came with another request before."""

    message = _("This Idempotency-Key was used for another request before.")
    what_next = _("Use a new key for a new request.")
    status = 409


class BeingDone(Refusal):
    """The same request is being done at this moment."""

    message = _("The same request is being done at this moment.")
    what_next = _("Send it again in a few seconds to get its answer.")
    status = 409


def answer_once(
    key: str, request: str, do: Callable[[], tuple[int, dict[str, Any]]], *, by: Person, at: datetime
) -> tuple[int, dict[str, Any]]:
    """Do it and keep the answer; a request that came before gets the answer that was given then.

    What is refused is not kept: the same request may be tried again. Nothing is held while it is done, which may take as long
    as a register takes. Refuses the key of another request, and one whose request is still being done.
    """
    kept = KeptAnswer(
        person=by,
        key_digest=token_digest(key),
        request_digest=token_digest(request),
        status=0,
        answer_sealed=b"",
        at=at,
    )
    # Most keys come once: whoever of two is first has the row, and has asked nothing before.
    if not insert(kept, unless_there=True):
        kept = _there_already(by, key)
        if kept.request_digest != token_digest(request):
            raise KeyUsedForAnother
        if kept.status:
            return kept.status, kept.answer
        if not _take(kept, at=at):
            raise BeingDone
    try:
        status, answer = do()
    except BaseException:
        KeptAnswer.objects.filter(pk=kept.pk, status=0).delete()
        raise
    kept.status, kept.at = status, at
    kept.answer_sealed = seal(answer, under=by.vault_key, at=kept.place)
    if not KeptAnswer.objects.filter(pk=kept.pk).update(
        status=status, answer_sealed=kept.answer_sealed, at=at
    ):
        insert(kept, unless_there=True)  # somebody took it over meanwhile, and was refused
    return status, answer


def _there_already(person: Person, key: str) -> KeptAnswer:
    found = find_kept_answer(person, key)
    if found is None:  # whoever had it was refused in this very moment
        raise BeingDone
    return found


def _take(kept: KeptAnswer, *, at: datetime) -> bool:
    """Begin to do it, unless somebody else does; what a dead process left lying may be begun again."""
    free = KeptAnswer.objects.filter(pk=kept.pk, status=0, at__lte=at - ABANDONED_AFTER)
    return bool(free.update(at=at))
