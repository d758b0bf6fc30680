"""The tables that stand behind the wall between agencies: what was sent belongs to the agency of the case that came of it.

Answers and files lie in rooms below that do not know what they are part of: this room does.
"""

from __future__ import annotations

from typing import Final

from civium.foundation.identity.policy import hangs_from


def _of_application(table: str) -> str:
    return hangs_from("applications_application", f"applications_application.id = {table}.application_id")


def _under_case(table: str) -> str:
    return hangs_from("cases_case", f"cases_case.subject = {table}.under")


WALL: Final = {
    "applications_application": hangs_from(
        "cases_case", "cases_case.subject = 'application:' || applications_application.id::text"
    ),
    "applications_wayback": _of_application("applications_wayback"),
    "applications_certificate": _of_application("applications_certificate"),
    "files_storedfile": _under_case("files_storedfile"),
    "forms_draft": _under_case("forms_draft"),
}
