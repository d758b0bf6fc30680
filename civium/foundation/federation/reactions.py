"""And then: whoever came in as somebody else keeps no identity that opens the account, and no sister system."""

from __future__ import annotations

from civium.foundation.identity.events import SignInDisowned
from civium.foundation.identity.queries import get_disowned
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.consent import end_consent, end_tokens_since
from .actions.link_identity import drop_identity
from .queries import find_consents_of, find_identities_of, is_disowned


@reacts_to(SignInDisowned)
def end_what_was_linked_since(event: SignInDisowned, entry: Entry) -> None:
    """What was linked or agreed to since that sign-in may be the stranger's. Until then it opens nothing: see ``is_disowned``."""
    sign_in = get_disowned(event.sign_in)
    for linked in find_identities_of(sign_in.person):
        if is_disowned(linked):
            drop_identity(linked, by=sign_in.person, at=entry.at)
    for consent in find_consents_of(sign_in.person):
        if sign_in.at <= consent.given_at <= entry.at:
            end_consent(consent, by=sign_in.person, at=entry.at)
    end_tokens_since(sign_in.at, of=sign_in.person)
