"""Have details sealed by a room above."""

from __future__ import annotations

from civium.foundation.journal.sealing import DetailErased, Sealer, use_sealer

__all__ = ["DetailErased", "Sealer", "use_sealer"]
