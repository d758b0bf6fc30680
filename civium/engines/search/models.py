"""The index in tables, the same on every database; and what people said about what they found.

An edition is a whole index. One is current; another may be in the making beside it, so that nobody waits. All of it follows
from what rooms declare and can be made anew at any time; so the database need not check each row's edition.
"""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """One making of the index. ``next_number`` is the number that its next document gets; it has all those from its first on."""

    next_number = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    current_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="When a document was put in or taken out.")

    def __str__(self) -> str:
        return f"{self.pk} of {self.begun_at:%Y-%m-%d}"


class StoredDocument(models.Model):
    """A document as results show it, with its stems and the weight of each, in the same order.

    Rows are found by their number, which no other edition uses.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    title = models.TextField()
    summary = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    address = models.TextField(blank=True)
    stems = models.TextField()
    weights = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key", "source", "language"], name="one_document_per_key_and_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} ({self.language})"


class StoredLanguage(models.Model):
    """How many documents an edition has in a language."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="languages", db_index=False)
    language = models.CharField(max_length=10)
    documents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "language"], name="one_count_per_language")]

    def __str__(self) -> str:
        return f"{self.language}: {self.documents}"


class StoredTerm(models.Model):
    """A stem: how many documents have it, and the heaviest of them, packed (`packing`): numbers, then weights."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    language = models.CharField(max_length=10)
    stem = models.CharField(max_length=120)
    documents = models.BigIntegerField()
    numbers = models.BinaryField()
    weights = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "language", "stem"], name="one_term_per_stem"),
        ]

    def __str__(self) -> str:
        return f"{self.stem} ({self.language})"


class StoredMembers(models.Model):
    """Which of 65,536 documents in a row have a stem that is too common to list them all in its term."""

    term = models.ForeignKey(
        StoredTerm, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    block = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "block"], name="one_block_of_members")]

    def __str__(self) -> str:
        return f"{self.term_id} {self.block}"


class StoredPiece(models.Model):
    """The words of an edition that have a piece (`spelling`), the best known first, parted by spaces."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    language = models.CharField(max_length=10)
    piece = models.CharField(max_length=50)
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "language", "piece"], name="one_list_per_piece"),
        ]

    def __str__(self) -> str:
        return f"{self.piece} ({self.language})"


class LateChange(models.Model):
    """What changed while an edition was in the making: done to it as soon as it is current. No document: taken out."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    documents = models.JSONField()

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Answer(models.Model):
    """How often people said, on one day, that a search found what they needed, or did not. Nothing about the people."""

    day = models.DateField()
    language = models.CharField(max_length=10)
    query = models.CharField(max_length=120, help_text="Folded, without what may tell who asked.")
    found = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    is_known = models.BooleanField(
        help_text="All its words stand in what can be found: they are nobody's name."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "query"], name="one_answer_row_a_day")
        ]
        indexes = [models.Index(fields=["language", "day"], name="answers_by_language")]

    def __str__(self) -> str:
        return f"{self.query} ({self.language})"
