"""The WSGI entry. Static files are answered before Django wakes up; a site that breaks its own rules does not start."""

from __future__ import annotations

import gc
import os
from typing import Any
from urllib.parse import urlsplit
from wsgiref.headers import Headers
from wsgiref.util import setup_testing_defaults

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from whitenoise import WhiteNoise

from config.checks import refuse_what_was_erased


def _visit(path: str) -> None:
    """Ask for a page as a visitor does: what every page needs is loaded then, and shared by the processes that are copied."""
    origin = urlsplit(settings.CIVIUM_ORIGIN)
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "HTTP_HOST": origin.netloc,
        "HTTP_X_FORWARDED_PROTO": origin.scheme,
        "wsgi.url_scheme": origin.scheme,
    }
    setup_testing_defaults(environ)
    _django(environ, lambda *_answer: lambda _part: None).close()


_django = get_wsgi_application()
if problems := run_checks(tags=["civium"]):
    raise ImproperlyConfigured("\n".join(str(problem) for problem in problems))
refuse_what_was_erased()
_visit(f"/{settings.LANGUAGE_CODE}/")
connections.close_all()  # the processes that answer are copies of this one, and each needs its own
# What is loaded stays for good. Going through all of it again and again for garbage took a tenth of every page, and at
# times 0.1 s of one. What little of it is garbage now is not worth a tenth of a second of the start.
gc.freeze()
gc.set_threshold(10_000, 10, 10)


def _add_headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'"
    )


application = WhiteNoise(
    _django,
    root=settings.STATIC_ROOT,
    prefix="static/",
    max_age=365 * 24 * 3600,
    allow_all_origins=False,
    add_headers_function=_add_headers,
)
