"""What each field of this room's tables is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, Columns

COLUMNS: Columns = {
    "payments.Payment": {
        INTERNAL: "id reference subject payer agency service minor currency description language return_to leave_to state "
        "provider provider_reference checkout_url asked_at started_at settled_at closed_at cancelled_because is_replaced "
        "next_check_at needs_attention attention_since",
        PERSONAL: "lines_sealed",
    },
    "payments.ProviderCall": {
        INTERNAL: "id provider event_id received_at times_heard digest kind reference provider_reference minor currency payee "
        "happened_at payment verdict reason outcome closed_at closed_by note_under",
        PERSONAL: "note_sealed",
    },
    "payments.FinanceNote": {
        INTERNAL: "id payment reason under written_by written_at",
        PERSONAL: "words_sealed",
    },
    "payments.LedgerLine": {INTERNAL: "id payment kind debit credit minor currency booked_at"},
    "payments.DemoCheckout": {
        INTERNAL: "id token idempotency_key reference payee minor currency under description language return_to leave_to "
        "opened_at outcome decided_at",
        PERSONAL: "lines_sealed",
    },
}
