"""What each field of this room's tables is. Entries carry ids and codes, never words about people."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PUBLIC, Columns

COLUMNS: Columns = {
    "journal.Entry": {INTERNAL: "id at kind stream also by_id on_behalf_of_id data salt leaf"},
    "journal.Leaf": {INTERNAL: "place entry"},
    "journal.Checkpoint": {PUBLIC: "size at note"},
    "journal.Head": {INTERNAL: "id size frontier settled"},
    "journal.ReactionRun": {INTERNAL: "id entry reaction state attempts error trace tried_at done_at"},
}
