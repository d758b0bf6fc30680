"""What each field of this room's tables is: what is searched is public, and what people typed tells nothing of them."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PUBLIC, Columns

COLUMNS: Columns = {
    "search.Edition": {INTERNAL: "id next_number begun_at current_since changed_at"},
    "search.StoredDocument": {
        INTERNAL: "edition number weights",
        PUBLIC: "source key language title summary keywords address stems",
    },
    "search.StoredLanguage": {INTERNAL: "id edition language documents"},
    "search.StoredTerm": {INTERNAL: "id edition language documents numbers weights", PUBLIC: "stem"},
    "search.StoredMembers": {INTERNAL: "id term block packed"},
    "search.StoredPiece": {INTERNAL: "id edition language", PUBLIC: "piece words"},
    "search.LateChange": {INTERNAL: "id edition source key", PUBLIC: "documents"},
    "search.Answer": {INTERNAL: "id day language query found missed is_known"},
}
