"""What each field of this room holds: see ``kit.field_classes``."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PUBLIC, Columns

COLUMNS: Columns = {
    "privacy.Consent": {
        INTERNAL: "id owner purpose version language given_at withdrawn_at how",
    },
    "privacy.ConsentText": {PUBLIC: "id purpose version language title words"},
    "privacy.FollowedErasure": {INTERNAL: "number digest followed_at"},
    "privacy.Restriction": {INTERNAL: "id owner because since until ended_at"},
}
