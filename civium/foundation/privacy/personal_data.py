"""What privacy holds itself: what people agreed to, what lies still, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.queries import find_entries

from .models import Consent, ConsentText, Restriction
from .queries import find_consents
from .schema import Exported, Holding, Label, Somebody


class ConsentRow(Exported):
    """One thing that somebody agreed to."""

    purpose: Annotated[str, Label(_("For what"))]
    words: Annotated[str, Label(_("The words"))]
    version: Annotated[int, Label(_("Version"))]
    given_at: Annotated[datetime, Label(_("Agreed on"))]
    withdrawn_at: Annotated[datetime | None, Label(_("Ended on"))]


class RecordRow(Exported):
    """One entry about somebody on the record."""

    number: Annotated[int, Label(_("Number"))]
    at: Annotated[datetime, Label(_("When"))]
    what: Annotated[str, Label(_("What happened"))]


def _consents(owner: str) -> Sequence[ConsentRow]:
    found = find_consents(owner)
    texts = {
        (text.purpose, text.version, text.language): text.words
        for text in ConsentText.objects.filter(purpose__in={each.purpose for each in found})
    }
    return [
        ConsentRow(
            purpose=each.purpose,
            words=texts.get((each.purpose, each.version, each.language), ""),
            version=each.version,
            given_at=each.given_at,
            withdrawn_at=each.withdrawn_at,
        )
        for each in found
    ]


def _forget_consents(owner: str, by: Somebody | None, at: datetime) -> None:
    Consent.objects.filter(owner=owner).delete()
    Restriction.objects.filter(owner=owner).delete()


def _entries(owner: str) -> Sequence[RecordRow]:
    return [
        RecordRow(number=entry.pk, at=entry.at, what=entry.kind)
        for entry in find_entries([owner], limit=10_000)
    ]


HOLDINGS = (
    Holding(
        name="consents",
        title=_("What you agreed to"),
        what=_("For each purpose: yes or no, the words, and when."),
        purpose=_("To do only what you allow, and to be able to show it."),
        basis="legal-obligation",
        period=_("As long as you have an account."),
        end="deleted",
        shape=ConsentRow,
        export=_consents,
        erase=_forget_consents,
    ),
    Holding(
        name="record",
        title=_("The record"),
        what=_("What happened when, with codes and numbers. No names, no answers, no words."),
        purpose=_("So that nobody can rewrite what happened, and you can prove it."),
        basis="legal-obligation",
        period=_("For ever. After an erasure nothing in it leads to you."),
        end="made-anonymous",
        shape=RecordRow,
        export=_entries,
    ),
    Holding(
        name="erasures",
        title=_("What was erased"),
        what=_("A code for each erasure, and when. The code names nobody."),
        purpose=_("So that what was erased does not come back with an old backup."),
        basis="legal-obligation",
        period=_("For ever."),
        end="made-anonymous",
    ),
)
