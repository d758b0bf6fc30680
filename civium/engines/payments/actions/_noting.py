"""What finance writes about a payment is about its payer, and is sealed as theirs."""

from __future__ import annotations

from civium.foundation.vault.actions.sealing import KeyDestroyed, seal

from ..models import Payment


def seal_note(words: str, *, about: Payment, at: str) -> tuple[str, bytes]:
    """The note sealed for its place, and under whose key: that of what was paid for, so that it goes with it; where that is gone the
    payer's; and where that is gone too the payment's own, which lasts as long as the books."""
    owners = [about.subject, about.payer.vault_key] if about.payer else [about.subject]
    for owner in owners:
        try:
            return owner, seal(words, under=owner, at=at)
        except KeyDestroyed:
            continue
    return about.stream, seal(words, under=about.stream, at=at)
