"""The table that stands behind the wall between agencies: what became of a case about data."""

from __future__ import annotations

from typing import Final

from civium.foundation.identity.policy import hangs_from

WALL: Final = {
    "rights_carriedout": hangs_from("cases_case", "cases_case.id = rights_carriedout.case_id"),
}
