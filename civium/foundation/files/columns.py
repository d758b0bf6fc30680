"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, Columns

COLUMNS: Columns = {
    "files.StoredFile": {
        INTERNAL: "id under content media_type size state refused_for taken_by taken_at",
        PERSONAL: "name_sealed",
    },
}
