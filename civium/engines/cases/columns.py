"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, PERSONAL_INDEX, SPECIAL, Columns

COLUMNS: Columns = {
    "cases.Case": {
        INTERNAL: "id reference subject service version agency applicant assigned_to concerns step entered_at waits_for status "
        "language opened_at due_on expected_on chosen_on paused_at answered has_new_message closed_at outcome revision",
        PERSONAL: "about_sealed",
    },
    "cases.Decision": {
        INTERNAL: "id case outcome decided_by decided_at appeal_until set_aside_at set_aside_by",
        SPECIAL: "reason_sealed set_aside_sealed",
    },
    "cases.Question": {
        INTERNAL: "id case named before after asked_by asked_at until reminded_at overdue_at answer_files answered_at "
        "dropped_at",
        SPECIAL: "words_sealed reasons_sealed answer_sealed",
    },
    "cases.Message": {
        INTERNAL: "id case is_from_applicant files sent_by sent_at read_at",
        SPECIAL: "words_sealed",
    },
    "cases.Note": {INTERNAL: "id case kind written_by written_at", SPECIAL: "words_sealed"},
    "cases.Mention": {INTERNAL: "id note person seen_at"},
    "cases.Presence": {INTERNAL: "id case person seen_at"},
    "cases.Word": {INTERNAL: "id case agency opened_at", PERSONAL_INDEX: "word_index"},
    "cases.Look": {INTERNAL: "id case person revision looked_at"},
    "cases.Absence": {INTERNAL: "id person first_on last_on noted_by noted_at ended_at"},
    "cases.Link": {INTERNAL: "id case other kind linked_by linked_at ended_at", SPECIAL: "reason_sealed"},
    "cases.Remark": {INTERNAL: "id case move made_by made_at", SPECIAL: "words_sealed"},
}
