"""Have the witnesses cosign the head of the record, and notice when one refuses."""

from __future__ import annotations

import base64
import logging
from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.journal.asking import Answered, WitnessSilent, ask
from civium.foundation.journal.events import WitnessAgreedAgain, WitnessRefused
from civium.foundation.journal.models import Checkpoint, Cosignature, Head, WitnessState
from civium.foundation.journal.proofs import Tree
from civium.foundation.journal.signing import CheckpointForged, Witness, read_signed, witnesses
from civium.foundation.journal.standalone.verify_record import cosignature_number

logger = logging.getLogger("civium.journal")
Trouble = WitnessState.Trouble


def ask_witnesses(*, at: datetime) -> int:
    """Show every witness the head as it was signed last; give the number of those that cosigned it.

    One that does not answer is asked again the next time. One that holds another record than ours, or a longer one, is on
    the record, and for the administrator to see: somebody rolled the record back, or rewrote it.
    """
    head = Head.objects.filter(id=1).exclude(note="").first()
    if head is None:
        return 0
    return sum(_ask(witness, head, at=at) for witness in witnesses())


def _ask(witness: Witness, head: Head, *, at: datetime) -> bool:
    state = WitnessState.objects.filter(name=witness.key.name).first() or WitnessState(name=witness.key.name)
    before, size, note = state.trouble, head.size, ""
    try:
        answer, old = _submit(witness, head, state.size)
    except WitnessSilent:
        trouble = Trouble.SILENT
    else:
        trouble = _trouble(answer, old, size)
        if answer.status == 200:
            note = head.note + answer.text
            trouble = Trouble.NONE if _is_cosigned(note, witness) else Trouble.UNUSABLE
    if before in (Trouble.ROLLED_BACK, Trouble.FORKED) and trouble == Trouble.SILENT:
        trouble = Trouble(before)  # silence takes nothing back
    _note(state, witness, size=size, note=note, trouble=trouble, at=at)
    return trouble == Trouble.NONE


def _submit(witness: Witness, head: Head, old: int) -> tuple[Answered, int]:
    """Ask, and once more when the witness has another size in mind than we have."""
    answer = ask(witness.address, _request(head, min(old, head.size)))
    if answer.status == 409 and answer.text.strip().isdigit() and int(answer.text) != min(old, head.size):
        old = int(answer.text)
        if old <= head.size:
            answer = ask(witness.address, _request(head, old))
    return answer, old


def _request(head: Head, old: int) -> str:
    proof = Tree(head.size).consistency(old)
    lines = "".join(base64.b64encode(each).decode() + "\n" for each in proof)
    return f"old {old}\n{lines}\n{head.note}"


def _trouble(answer: Answered, old: int, size: int) -> WitnessState.Trouble:
    if answer.status == 409:
        return Trouble.ROLLED_BACK if old > size else Trouble.FORKED
    return {200: Trouble.NONE, 422: Trouble.FORKED}.get(answer.status, Trouble.UNUSABLE)


def _is_cosigned(note: str, witness: Witness) -> bool:
    try:
        return set(read_signed(note).witnesses) == {witness.key.name}
    except CheckpointForged:
        return False


@transaction.atomic
def _note(
    state: WitnessState,
    witness: Witness,
    *,
    size: int,
    note: str,
    trouble: WitnessState.Trouble,
    at: datetime,
) -> None:
    before = WitnessState(name=state.name, trouble=state.trouble)
    state.tried_at, state.trouble = at, trouble
    if trouble == Trouble.NONE:
        state.size, state.note, state.cosigned_at = size, note, at
        if Checkpoint.objects.filter(size=size).exists():
            number = cosignature_number(size, witness.key.name)
            Cosignature.objects.get_or_create(
                checkpoint_id=size, witness=witness.key.name, defaults={"id": number, "note": note}
            )
    state.save()
    if state.refuses and not before.refuses:
        logger.error("witness %s refuses the record of %d entries: %s", state.name, size, trouble)
        record(WitnessRefused(witness=state.name, size=size, why=str(trouble)), by=None, at=at)
    if before.refuses and trouble == Trouble.NONE:
        record(WitnessAgreedAgain(witness=state.name, size=size), by=None, at=at)
