"""Keep what is being typed, before it is checked and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from civium.foundation.vault.actions.sealing import seal

from ..models import Draft
from ..queries import open_typed

# A page is a few boxes: more than this is no honest page. The oldest pages go first when there are many.
MOST_ON_A_PAGE: Final = 100_000
MOST_PAGES: Final = 12
Typed = Mapping[str, Sequence[str]]
_NOT_TYPED: Final = {"csrfmiddlewaretoken", "_later", "_field"}


@transaction.atomic
def keep_typed(draft: Draft, *, place: str, posted: Typed, at: datetime) -> bool:
    """Keep the boxes of one page (``place``: its name and turn) as they stand, unchecked and sealed; False when that is too much.

    Nothing of it counts as an answer: it stands in its boxes again when the page is next opened, until the page is saved.
    """
    boxes = {
        name: [str(value) for value in values] for name, values in posted.items() if name not in _NOT_TYPED
    }
    if sum(len(name) + sum(map(len, values)) for name, values in boxes.items()) > MOST_ON_A_PAGE:
        return False
    current = Draft.objects.select_for_update().get(pk=draft.pk)
    if current.is_closed:
        return False
    kept = open_typed(current)
    kept[place] = {"at": at.isoformat(), "boxes": boxes}
    latest = sorted(kept, key=lambda each: str(kept[each]["at"]))[-MOST_PAGES:]
    _keep(current, {each: kept[each] for each in latest})
    return True


@transaction.atomic
def forget_typed(draft: Draft, *, page: str) -> None:
    """Forget what was typed on a page, in whatever turn: it is saved."""
    if draft.typed_sealed is None:
        return
    current = Draft.objects.select_for_update().get(pk=draft.pk)
    kept = {place: typed for place, typed in open_typed(current).items() if place.partition("?")[0] != page}
    _keep(current, kept)


def _keep(draft: Draft, kept: Mapping[str, object]) -> None:
    draft.typed_sealed = seal(dict(kept), under=draft.under, at=draft.typed_place) if kept else None
    draft.save(update_fields=["typed_sealed"])
