"""Copy signed checkpoints, and the leaves they cover, to the second place."""

from __future__ import annotations

from itertools import groupby

from civium.foundation.journal.copies import append_copies, copied_size, write_latest
from civium.foundation.journal.models import Checkpoint, Head, Leaf
from civium.foundation.journal.signing import read_checkpoint
from civium.foundation.journal.standalone.verify_record import Copy


def copy_checkpoints() -> int:
    """Append every checkpoint that the files lack, after a full disk or a crash too; give their number."""
    before = copied_size()
    missing = list(Checkpoint.objects.filter(size__gt=before).order_by("size"))
    for month, checkpoints in groupby(missing, key=lambda checkpoint: f"{checkpoint.at:%Y-%m}"):
        copies = []
        for checkpoint in checkpoints:
            copies.append(_copy(checkpoint, before))
            before = checkpoint.size
        append_copies(month, copies)
    if note := Head.objects.values_list("note", flat=True).first():
        write_latest(note)
    return len(missing)


def _copy(checkpoint: Checkpoint, before: int) -> Copy:
    leaves = Leaf.objects.filter(place__gte=before, place__lt=checkpoint.size).order_by("place")
    found = list(leaves.values_list("entry__leaf", "entry_id"))
    hashes = b"".join(bytes(leaf) for leaf, _ in found)
    ids = [entry for _, entry in found] if read_checkpoint(checkpoint.note).ids else None
    return Copy(size=checkpoint.size, leaves=hashes, note=checkpoint.note, ids=ids)
