"""The site's settings for a test run: demo, with keys and data of its own in ``build/test``.

Each process of a run has its own keys: a key or a list that a test adds is seen by no test beside it.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

_place = Path(__file__).resolve().parent.parent / "build" / "test"
_keys = _place / "-".join(["keys", *filter(None, [os.environ.get("PYTEST_XDIST_WORKER")])])
_keys.mkdir(parents=True, exist_ok=True)
for _name in ("secret-key", "payment-webhook-secret"):
    if not (_keys / _name).exists():
        (_keys / _name).write_text(f"demo-{_name}-for-tests-only-0123456789abcdef0123456789abcdef")
if not (_keys / "root-key").exists():
    (_keys / "root-key").write_bytes(base64.b64encode(b"a root key that is for tests only"[:32]))
if not (_keys / "journal-signing-key").exists():
    (_keys / "journal-signing-key").write_text(b"a signing key that is for tests!".hex())
os.environ.update(
    CIVIUM_DEMO="1",
    CIVIUM_DATA=str(_place / "data"),
    CIVIUM_KEYS=str(_keys),
    CIVIUM_ERASURES=str(_place / "erasures"),
    CIVIUM_ORIGIN="http://localhost:8000",
)
(_place / "data").mkdir(exist_ok=True)

from config.settings import *  # noqa: E402, F403

CIVIUM_STEADY_SECONDS = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # noqa: F405
# One program tries everything in a few seconds; the test of the pace sets its own.
CIVIUM_API_PER_MINUTE = CIVIUM_API_PER_MINUTE_FROM_ADDRESS = 1_000_000
# Nobody signs the record while a test runs; the tests of that rule set it.
CIVIUM_RECORD_SIGNED_WITHIN = None
# A connection that outlived its time in the middle of a long run would be closed under a test.
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
