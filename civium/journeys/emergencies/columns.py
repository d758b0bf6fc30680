"""What each field of this room holds: see ``kit.field_classes``."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, SPECIAL, Columns

COLUMNS: Columns = {
    "emergencies.Emergency": {
        INTERNAL: "id case opened_by role agency why opened_at until ended_at verdict reviewed_by reviewed_at",
        SPECIAL: "reason_sealed review_sealed",
    },
}
