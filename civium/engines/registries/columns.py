"""What each field of this room's tables is."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, Columns

COLUMNS: Columns = {"registries.DemoMessage": {INTERNAL: "id key kind thing told_at"}}
