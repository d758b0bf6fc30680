"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, PERSONAL_INDEX, Columns

COLUMNS: Columns = {
    "applications.Application": {
        INTERNAL: "id service version applicant draft state is_one_of_several guest helper language started_at sent_at",
    },
    "applications.WayBack": {
        INTERNAL: "id application way question wrong_answers made_at expires_at",
        PERSONAL: "code_sealed",
        PERSONAL_INDEX: "code_index answer_index",
    },
    "applications.Certificate": {
        INTERNAL: "code application document file issued_at valid_until withdrawn_at",
        PERSONAL: "initials_sealed withdrawal_sealed",
    },
}
