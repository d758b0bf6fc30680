"""What each field of this room's tables is. Entries carry ids and codes; words about people lie beside them, sealed."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, PUBLIC, Columns

COLUMNS: Columns = {
    "journal.Entry": {INTERNAL: "id at kind stream also by_id on_behalf_of_id data salt detail_hash leaf"},
    "journal.Detail": {INTERNAL: "entry owner", PERSONAL: "sealed"},
    "journal.Leaf": {INTERNAL: "place entry"},
    "journal.Checkpoint": {PUBLIC: "size at note"},
    "journal.Subtree": {PUBLIC: "number root"},
    "journal.Cosignature": {PUBLIC: "id checkpoint witness note"},
    "journal.WitnessState": {INTERNAL: "name size note cosigned_at tried_at trouble"},
    "journal.Head": {INTERNAL: "id size frontier note settled"},
    "journal.ReactionRun": {INTERNAL: "id entry reaction state attempts error trace tried_at done_at"},
}
