"""The tables that stand behind the wall between agencies: a case, and all that hangs from it."""

from __future__ import annotations

from typing import Final

from civium.foundation.identity.policy import hangs_from, of_agency


def _of_case(table: str) -> str:
    return hangs_from("cases_case", f"cases_case.id = {table}.case_id")


WALL: Final = {
    "cases_case": of_agency(),
    "cases_word": of_agency(),
    "cases_decision": _of_case("cases_decision"),
    "cases_question": _of_case("cases_question"),
    "cases_message": _of_case("cases_message"),
    "cases_note": _of_case("cases_note"),
    "cases_mention": hangs_from("cases_note", "cases_note.id = cases_mention.note_id"),
    "cases_remark": _of_case("cases_remark"),
    "cases_link": _of_case("cases_link"),
    "cases_presence": _of_case("cases_presence"),
    "cases_look": _of_case("cases_look"),
}
