"""Keep the codes of ways back findable while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from civium.foundation.kit.prepared import change_all
from civium.foundation.vault.actions.rotate_index_key import Indexed
from civium.foundation.vault.actions.sealing import KeyDestroyed

from ..models import WayBack
from .make_way_back import code_index


def _renew(ways: Sequence[WayBack]) -> None:
    for way in ways:
        with suppress(KeyDestroyed):  # forgotten: nothing leads there
            way.code_index = code_index(way.code)
    change_all(ways, "code_index")


def _answers_from_before(began: datetime) -> int:
    """Answers are kept as an index only, so they go on under the earlier key until their time is over: a month at most."""
    return WayBack.objects.filter(made_at__lte=began).exclude(answer_index="").count()


WAYS_BACK = Indexed(
    "codes to come back with",
    fields=("applications.WayBack.code_index", "applications.WayBack.answer_index"),
    rows=lambda: WayBack.objects.select_related("application"),
    renew=_renew,
    waits=_answers_from_before,
)
