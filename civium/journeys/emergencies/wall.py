"""The table that stands behind the wall between agencies: who opened a case in an emergency. The doors for that are for the whole town."""

from __future__ import annotations

from typing import Final

from civium.foundation.identity.policy import hangs_from

WALL: Final = {
    "emergencies_emergency": hangs_from("cases_case", "cases_case.id = emergencies_emergency.case_id"),
}
