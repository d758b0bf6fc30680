"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL_DIGEST, SPECIAL, Columns

COLUMNS: Columns = {
    "api.Token": {
        INTERNAL: "id person made_by agency name scopes made_at expires_at used_on ended_at",
        PERSONAL_DIGEST: "digest",
    },
    "api.KeptAnswer": {
        INTERNAL: "id person status at",
        PERSONAL_DIGEST: "key_digest request_digest",
        SPECIAL: "answer_sealed",
    },
}
