"""Entries, their places in the tree, its signed checkpoints, and what became of each reaction."""

from __future__ import annotations

import json
from datetime import UTC
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event, read_event
from civium.foundation.journal.merkle import leaf_body
from civium.foundation.journal.standalone.verify_record import leaf_of_body

LONGEST_STREAM = 240


class Entry(models.Model):
    """One thing that happened. The database refuses to change or remove it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=120)
    stream = models.CharField(max_length=LONGEST_STREAM)
    also = models.CharField(max_length=LONGEST_STREAM, blank=True)
    by_id = models.UUIDField(null=True, help_text="The person who did it; empty when the system did.")
    on_behalf_of_id = models.UUIDField(null=True, help_text="The person or organisation it was done for.")
    data = models.TextField(help_text="The event's fields: JSON with sorted keys and no spaces.")
    salt = models.BinaryField(max_length=16)
    detail_hash = models.BinaryField(
        max_length=64,
        null=True,
        help_text="Commitments to the sealed detail, open and sealed; none without one.",
    )
    leaf = models.BinaryField(max_length=32, help_text="The hash of all of the above.")

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["stream", "id"], name="journal_by_stream"),
            models.Index(fields=["kind", "at", "id"], name="journal_by_kind"),
            models.Index(fields=["also", "id"], name="journal_by_also", condition=~models.Q(also="")),
            models.Index(
                fields=["by_id", "id"], name="journal_by_person", condition=models.Q(by_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"

    @cached_property
    def event(self) -> Event:
        """What happened, typed."""
        return read_event(self.kind, json.loads(self.data))

    def computed_leaf(self) -> bytes:
        """The leaf as it follows from the other fields."""
        return leaf_of_body(bytes(self.salt), self.body)

    @property
    def body(self) -> bytes:
        """What the leaf commits to, after the salt."""
        return leaf_body(
            at=self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            kind=self.kind,
            stream=self.stream,
            also=self.also,
            by=str(self.by_id or ""),
            on_behalf_of=str(self.on_behalf_of_id or ""),
            data=self.data,
            detail_hash=bytes(self.detail_hash) if self.detail_hash is not None else None,
        )


class Detail(models.Model):
    """What an entry says about a person beyond codes, sealed under that person's key. It can go; the entry stays provable."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="detail")
    owner = models.CharField(max_length=120, help_text="Whose key seals it, for example person:<uuid>.")
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("sealed detail")
        verbose_name_plural = _("sealed details")
        indexes = [models.Index(fields=["owner"], name="journal_detail_of")]

    def __str__(self) -> str:
        return f"of entry {self.entry_id}"


class Leaf(models.Model):
    """An entry's place in the tree. Given by the sequencer, once, in the order in which it finds committed entries."""

    place = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="place")

    class Meta:
        verbose_name = _("leaf")
        verbose_name_plural = _("leaves")

    def __str__(self) -> str:
        return f"{self.place}: {self.entry_id}"


class Checkpoint(models.Model):
    """A signed statement of the tree at one size, in the form of C2SP's tlog-checkpoint."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.size} entries at {self.at}"


class Subtree(models.Model):
    """The root of each 1,024 leaves, so that a proof need not read them all."""

    number = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("subtree")
        verbose_name_plural = _("subtrees")

    def __str__(self) -> str:
        return f"leaves from {self.number * 1024}"


class Cosignature(models.Model):
    """A witness's signature under a checkpoint: it saw this tree, and that it holds all that it saw before."""

    id = models.BigIntegerField(
        primary_key=True, help_text="Follows from the two below, so that no other number fits."
    )
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=100)
    note = models.TextField(
        help_text="The checkpoint as it was cosigned: signed anew each minute, it tells another moment."
    )

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_cosignature_of_each_witness")
        ]

    def __str__(self) -> str:
        return f"{self.witness}: {self.checkpoint_id} entries"


class WitnessState(models.Model):
    """Where a witness stands: what it cosigned last, and what came of asking it."""

    class Trouble(models.TextChoices):
        NONE = "", _("None")
        SILENT = "silent", _("Does not answer")
        UNUSABLE = "unusable", _("Answers what is no cosignature")
        ROLLED_BACK = "rolled back", _("Has seen more entries than there are")
        FORKED = "forked", _("Has seen another record")

    name = models.CharField(primary_key=True, max_length=100)
    size = models.BigIntegerField(default=0)
    note = models.TextField(blank=True, help_text="The checkpoint that it cosigned last.")
    cosigned_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True)

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")

    def __str__(self) -> str:
        return f"{self.name}: {self.trouble or self.size}"

    @property
    def refuses(self) -> bool:
        """Whether it holds another record than ours: somebody rolled ours back, or rewrote it."""
        return self.trouble in (self.Trouble.ROLLED_BACK, self.Trouble.FORKED)


class Head(models.Model):
    """The one row that the sequencer locks: the tree's right edge, signed every minute, and how far the sweep has come."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)
    note = models.TextField(blank=True, help_text="The head as it was signed last, within the last minute.")
    settled = models.BigIntegerField(
        default=0, help_text="All entries placed below have had their reactions."
    )

    class Meta:
        verbose_name = _("head")
        verbose_name_plural = _("heads")

    def __str__(self) -> str:
        return f"{self.size} entries"


class ReactionRun(models.Model):
    """What became of one reaction to one entry. Written with the reaction's own changes, so both happen or neither."""

    class State(models.TextChoices):
        DONE = "done", _("Done")
        FAILING = "failing", _("Failed, will be tried again")
        DEAD = "dead", _("Failed for good")
        DISCARDED = "discarded", _("Discarded by an administrator")

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="reaction_runs")
    reaction = models.CharField(
        max_length=120, help_text="Room and function, for example applications.open_a_case."
    )
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True, help_text="The class of the last error.")
    trace = models.TextField(blank=True, help_text="Where it happened, without values.")
    tried_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["entry", "reaction"], name="one_run_of_each_reaction"),
        ]
        indexes = [
            models.Index(
                fields=["tried_at"], name="journal_dead_reactions", condition=models.Q(state="dead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} to {self.entry_id}: {self.state}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is going to happen to it by itself."""
        return self.state != self.State.FAILING
