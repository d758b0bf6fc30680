"""Keep linked identities findable while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from civium.foundation.kit.prepared import change_all
from civium.foundation.vault.actions.rotate_index_key import Indexed
from civium.foundation.vault.actions.sealing import KeyDestroyed

from ..models import LinkedIdentity
from ..queries import number_index_of, subject_index


def _renew(identities: Sequence[LinkedIdentity]) -> None:
    for linked in identities:
        with suppress(KeyDestroyed):  # forgotten: nobody comes back with it
            linked.subject_index = subject_index(linked.said["issuer"], linked.said["subject"])
            linked.number_index = number_index_of(linked.level, linked.said["number"])
    change_all(identities, "subject_index", "number_index")


LINKED_IDENTITIES = Indexed(
    "linked identities",
    fields=("federation.LinkedIdentity.subject_index", "federation.LinkedIdentity.number_index"),
    rows=LinkedIdentity.objects.all,
    renew=_renew,
)
