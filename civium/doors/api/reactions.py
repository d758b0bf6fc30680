"""And then: whoever came in as somebody else keeps no way in for a program."""

from __future__ import annotations

from civium.foundation.identity.events import SignInDisowned
from civium.foundation.identity.models import SignIn
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.end_token import end_token
from .queries import find_tokens_made_by


@reacts_to(SignInDisowned)
def end_tokens_made_since(event: SignInDisowned, entry: Entry) -> None:
    """Tokens that were made since that sign-in may be the stranger's; older secrets were never shown to them."""
    sign_in = SignIn.objects.select_related("person").get(pk=event.sign_in)
    for token in find_tokens_made_by(sign_in.person):
        if token.made_at >= sign_in.at:
            end_token(token, by=sign_in.person, at=entry.at)
