"""What the assets build left in ``build/``: hashed file names and the icons. Read once per process."""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from markupsafe import Markup

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def read_build() -> dict[str, Any]:
    """The manifest of the last build; empty names and no icons when nothing was built yet."""
    path = settings.CIVIUM_BUILD / "assets.json"
    if not path.is_file():
        log.warning("no assets are built: run `python -m assets.build`")
        return {"files": {}, "icons": {}}
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def asset(name: str) -> str:
    """The address of a built file, for example ``asset("civium.css")`` -> ``/static/civium.3f9a1c2b.css``."""
    return settings.STATIC_URL + read_build()["files"].get(name, name)


class BuiltFiles(StaticFilesStorage):
    """Makes ``{% static %}`` in the account library's pages name the built files."""

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        return asset(name or "")


@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> Markup:
    """The Lucide icon as inline SVG. Decorative unless it gets a label; empty when the build does not have it.

    Icons that point along the line of reading are mirrored by the style sheet in right-to-left pages.
    """
    drawing = read_build()["icons"].get(name, "")
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    pointing = " icon--pointing" if name in POINTING else ""
    return Markup('<svg class="icon{}" viewBox="0 0 24 24" {} focusable="false">{}</svg>').format(
        pointing,
        named,
        Markup(drawing),  # noqa: S704 - the drawing comes from the locked package
    )


POINTING = {
    "chevron-right",
    "chevron-left",
    "log-in",
    "log-out",
    "external-link",
    "list",
    "truck",
}
