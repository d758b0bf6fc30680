"""Carry a letter to the mail server."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.enqueue import job

from ..composing import post_of_letter
from ..events import LetterFailed
from ..models import Letter, State
from ._carrying import carry


@job()
def carry_letter(letter_id: str) -> None:
    """Hand the letter to the carrier, once. A mail server that is down is tried again for days; a refusal is noted."""
    letter = Letter.objects.filter(pk=letter_id, state=State.WAITING).first()
    if letter is None:
        return
    carry(
        letter,
        post_of_letter,
        at=timezone.now(),
        again=lambda wait: carry_letter.enqueue(letter_id, after=wait),
        failed=lambda problem: LetterFailed(letter.id, problem),
        carried=None,
    )
