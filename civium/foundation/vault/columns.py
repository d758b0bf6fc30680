"""What each field of this room's tables is. The keys in them are wrapped: without the root key they open nothing."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, Columns

COLUMNS: Columns = {
    "vault.PurposeKey": {INTERNAL: "id purpose version root wrapped made_at retired_at"},
    "vault.Key": {INTERNAL: "id owner parent purpose_key wrapped made_at replaced_at destroyed_at"},
    "vault.IndexRenewal": {INTERNAL: "id purpose_key name round after done ended_at"},
    "vault.OwnerRotation": {INTERNAL: "id kind began_at done ended_at"},
}
