"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, SPECIAL, Columns

COLUMNS: Columns = {
    "forms.Draft": {
        INTERNAL: "id form under revision created_at updated_at expires_at closed_at",
        SPECIAL: "answers_sealed typed_sealed",
    },
}
