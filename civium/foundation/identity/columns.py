"""What each field of this room's tables, and of the account library's, is, and how it is kept."""

from __future__ import annotations

from civium.foundation.kit.field_classes import (
    INTERNAL,
    PERSONAL,
    PERSONAL_DIGEST,
    PERSONAL_INDEX,
    PERSONAL_TEXT,
    PUBLIC,
    SIGN_IN_ADDRESS,
    Columns,
)

COLUMNS: Columns = {
    "identity.Person": {
        INTERNAL: "id last_login language chose_language works_here is_active joined_at is_guest is_represented assurance assured_at assured_by",
        SIGN_IN_ADDRESS: "email",
        PERSONAL: "name_sealed contact_sealed",
        PERSONAL_DIGEST: "password",
    },
    "identity.Session": {
        INTERNAL: "expire_date person sign_in last_used_at",
        PERSONAL_DIGEST: "session_key",
        PERSONAL_TEXT: "session_data",
    },
    "identity.SignIn": {
        INTERNAL: "id person at how is_new_device disowned_at",
        PERSONAL: "about_sealed account_sealed",
        PERSONAL_DIGEST: "device",
    },
    "identity.Recovery": {INTERNAL: "id person asked_at ripe_at stops_at ended_at ended_how"},
    "identity.Agency": {PUBLIC: "name"},
    # A member of staff chooses how citizens see them.
    "identity.Membership": {INTERNAL: "id person agency role since granted_by", PUBLIC: "shown_as"},
    # The names of firms and clubs stand in public registers.
    "identity.Organisation": {INTERNAL: "id", PUBLIC: "name"},
    "identity.Representation": {INTERNAL: "id person organisation since"},
    "identity.Mandate": {
        INTERNAL: "id giver to_person to_organisation wants_organisation basis powers service until state made_at answer_until "
        "answered_at ended_at ended_by reminded_at checked_at",
        PERSONAL: "address_sealed code_sealed",
        PERSONAL_INDEX: "address_index code_index",
    },
    "identity.RegisteredParty": {
        INTERNAL: "person register organisation",
        PERSONAL: "asked_with_sealed",
        PERSONAL_INDEX: "number_index",
    },
    # django-allauth
    "account.EmailAddress": {INTERNAL: "id user verified primary", SIGN_IN_ADDRESS: "email"},
    "account.EmailConfirmation": {INTERNAL: "id email_address created sent", PERSONAL_DIGEST: "key"},
    # Secrets in ``data`` are sealed by adapters.allauth.SealedFactors; the rest of it is public keys and counters.
    "mfa.Authenticator": {INTERNAL: "id user type created_at last_used_at", PERSONAL_TEXT: "data"},
    # Django
    "auth.Permission": {INTERNAL: "id name content_type codename"},
    "auth.Group_permissions": {INTERNAL: "id group permission"},
    "auth.Group": {INTERNAL: "id name"},
    "contenttypes.ContentType": {INTERNAL: "id app_label model"},
}
