"""What each field of this room holds: see ``kit.field_classes``."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, Columns

COLUMNS: Columns = {
    "rights.CarriedOut": {INTERNAL: "id case person wish result done_at"},
    "rights.Export": {
        INTERNAL: "id person language asked_at parts done file ready_at expires_at forgotten_at",
    },
}
