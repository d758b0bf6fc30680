"""Letting another system of the town sign people in, and ending that for all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.tokens import new_token

from ..events import SystemRegistered, SystemRemoved
from ..rules import SCOPES


class SystemNameMissing(Refusal):
    message = _("Enter a name of up to 100 characters. People see it when they are asked.")
    status = 422


class AddressNotGood(Refusal):
    message = _("Enter one address to a line, each beginning with https:// and without * or #.")
    status = 422


@transaction.atomic
def register_system(
    *, name: str, addresses: Collection[str], scopes: Collection[str], by: Person | None, at: datetime
) -> tuple[Client, str]:
    """Register the system with the addresses to which people may be sent back. Returns it and its secret, shown once."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise SystemNameMissing
    addresses = [one.strip() for one in addresses if one.strip()]
    if not addresses or len(addresses) > 10 or not all(_is_good(one) for one in addresses):
        raise AddressNotGood
    secret = new_token()
    system = Client(id=new_token(), name=name, created_at=at)
    system.set_secret(secret)
    system.set_redirect_uris(addresses)
    system.set_scopes(["openid", *(scope for scope in SCOPES if scope in scopes)])
    system.set_grant_types([Client.GrantType.AUTHORIZATION_CODE])
    system.set_response_types([Client.ResponseType.CODE])
    system.save(force_insert=True)
    record(SystemRegistered(system=system.id, scopes=" ".join(system.get_scopes())), by=by, at=at)
    return system, secret


@transaction.atomic
def remove_system(system: Client, *, by: Person, at: datetime) -> None:
    """The system signs nobody in any more: its tokens and all consents to it are gone at once."""
    record(SystemRemoved(system=system.id), by=by, at=at)
    system.delete()


def _is_good(address: str) -> bool:
    try:
        parts = urlsplit(address)
        at_home = parts.hostname in ("localhost", "127.0.0.1", "::1")
        _port = parts.port
    except ValueError:
        return False
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and at_home)
    plain = address.isprintable() and not set(address) & set(" *#\\;,'\"<>")
    return is_secure and bool(parts.hostname) and plain and "@" not in parts.netloc and len(address) <= 500
