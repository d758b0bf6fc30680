"""What the worker does for this room."""

from __future__ import annotations

from allauth.idp.oidc.models import Token

from civium.foundation.jobs.actions.schedule import daily


@daily(at="03:55")
def forget_old_tokens() -> None:
    """Forget the tokens of sister systems that have run out."""
    Token.objects.expired().delete()
