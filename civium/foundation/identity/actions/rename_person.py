"""Giving or changing a name."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.events import PersonNamed, PersonRenamed
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.sealing import seal

LONGEST_NAME = 200
# Letters that Unicode has for the machine's sake: nobody sees them.
_UNSEEN: Final = frozenset("\u115f\u1160\u3164\uffa0")
# More marks on one letter than any script writes: they run over the lines around them.
_HEAP: Final = re.compile("M{7}")


class NameUnusable(Refusal):
    message = _("Enter your name, in up to 200 characters.")
    status = 422


def clean_name(typed: str) -> str:
    """The name in one line, without control or direction-override characters. Any script, one letter or many, that can be seen."""
    visible = "".join(
        c for c in typed if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c in "\u200c\u200d"
    )
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    kinds = "".join(unicodedata.category(c)[0] for c in name if c not in _UNSEEN)
    if len(name) > LONGEST_NAME or _HEAP.search(kinds) or {"L", "N"}.isdisjoint(kinds):
        raise NameUnusable
    return name


@transaction.atomic
def rename_person(person: Person, *, name: str, by: Person, at: datetime) -> None:
    """Seal the name under the person's own key."""
    is_first = person.name_sealed is None
    person.name_sealed = seal(clean_name(name), under=person.vault_key, at=f"person:name:{person.id}")
    person.save(update_fields=["name_sealed"])
    person.__dict__.pop("name", None)
    named = PersonNamed if is_first else PersonRenamed
    record(named(person=person.id), by=by, at=at)
