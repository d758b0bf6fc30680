"""What a request tells of the device it comes from: coarse words for its owner, and whether it came in before."""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from civium.foundation.identity.models import SignIn
from civium.foundation.vault.actions.tokens import new_token, token_digest

# In this order: most browsers also claim to be an older one.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_YEAR = 365 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def browser_family(user_agent: str) -> str:
    """``Firefox, Android``: enough to know one's own device by, and nothing finer. Empty for what no browser says."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def coarse_network(address: str) -> str:
    """The part of the network that an address lies in: 203.0.113.0/24, 2001:db8::/48. Empty for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def device_of(request: HttpRequest) -> str:
    """The digest of the token that this browser keeps since somebody came in with it; empty when it keeps none."""
    token = request.COOKIES.get(settings.CIVIUM_DEVICE_COOKIE, "")
    return token_digest(token) if _TOKEN.fullmatch(token) else ""


def device_to_come(request: HttpRequest) -> str:
    """The same; a browser that keeps no token is given one with the answer."""
    known = device_of(request)
    if known:
        return known
    token = new_token()
    request.device_to_keep = token  # type: ignore[attr-defined]
    return token_digest(token)


def keep_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser the token that ``device_to_come`` made."""
    token = getattr(request, "device_to_keep", "")
    if token:
        response.set_cookie(
            settings.CIVIUM_DEVICE_COOKIE,
            token,
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def addresses_known_on(device: str) -> set[str]:
    """The e-mail addresses of everybody who came in with this device. One read, whoever is tried."""
    if not device:
        return set()
    found = SignIn.objects.filter(device=device, disowned_at=None).values_list("person__email", flat=True)
    return {address.casefold() for address in found}
