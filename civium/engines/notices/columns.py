"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, SPECIAL, Columns

COLUMNS: Columns = {
    "notices.Notice": {
        INTERNAL: "id created_at state attempts problem carried_at to mandate about kind language read_at once",
        PERSONAL: "subject_sealed",
        SPECIAL: "content_sealed",
    },
    "notices.Letter": {
        INTERNAL: "id created_at state attempts problem carried_at about",
        PERSONAL: "recipients_sealed mime_sealed",
    },
}
