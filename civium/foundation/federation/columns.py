"""What each field of this room's tables is, and how it is kept. The account library's tables for this stay empty."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PERSONAL, PERSONAL_DIGEST, PERSONAL_INDEX, Columns

COLUMNS: Columns = {
    "federation.LinkedIdentity": {
        INTERNAL: "id person provider level linked_at used_at",
        PERSONAL: "said_sealed",
        PERSONAL_INDEX: "subject_index number_index",
    },
    "federation.SystemConsent": {INTERNAL: "id person system subject scopes given_at used_at ended_at"},
    # Systems of the town, no people; ``owner`` is never set, ``data`` neither.
    "allauth_idp_oidc.Client": {
        INTERNAL: "id name scopes default_scopes type grant_types redirect_uris cors_origins allow_uri_wildcards "
        "response_types owner skip_consent created_at data",
        PERSONAL_DIGEST: "secret",
    },
    "allauth_idp_oidc.Token": {
        INTERNAL: "id type client user data created_at expires_at scopes",
        PERSONAL_DIGEST: "hash",
    },
    # Never written: our adapter takes over before the library would (see tests/test_signing_in.py).
    "socialaccount.SocialAccount": {INTERNAL: "id user provider uid last_login date_joined extra_data"},
    "socialaccount.SocialApp": {INTERNAL: "id provider provider_id name client_id secret key settings"},
    "socialaccount.SocialToken": {INTERNAL: "id app account token token_secret expires_at"},
}
