"""The files of the key folder: what each is, and making those that are missing. A key that is there is never touched.

Made by hand nothing is needed: ``civium keys make`` on a new site, ``civium keys rotate`` for new ones. Keys that
the demo town made are marked, and ``civium check`` refuses them anywhere else.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.terminal import Trouble

if TYPE_CHECKING:
    from civium.foundation.vault.actions.rotate_index_key import Indexed

ROOT = Path(__file__).resolve().parent.parent
# Words that Django and the payment webhook need; each line of the file is the secret itself.
SECRETS = ("secret-key", "payment-webhook-secret")
# A folder with this file in it was filled for a demo town.
DEMO_MARK = "made-for-a-demo-town"

# Seconds; a little more than SQLite lets pass between two looks at a lock.
BETWEEN_BATCHES = 0.12

Say = Callable[[str], None]


def key_folder() -> Path:
    """Where the keys are. Asked before the settings are read, because the settings need the secret key."""
    return Path(os.environ.get("CIVIUM_KEYS") or ROOT / ".keys").resolve()


def is_demo() -> bool:
    """Whether the environment says that this is a demo town."""
    return os.environ.get("CIVIUM_DEMO", "") in {"1", "true", "yes"}


def has_secret_key() -> bool:
    """Whether Django has what it signs sessions with: without it nothing starts."""
    path = key_folder() / "secret-key"
    return path.is_file() and bool(path.read_text(encoding="ascii").strip())


def make_missing_secrets(say: Say) -> None:
    """Make the textual secrets that are not there yet, readable by this account only."""
    folder = key_folder()
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_demo() and is_new:
        (folder / DEMO_MARK).write_text(
            "These keys open a demo town. `civium check` refuses them anywhere else.\n"
        )
    for name in SECRETS:
        path = folder / name
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(("demo-" if is_demo() else "") + secrets.token_urlsafe(48) + "\n")
            say(f"  made {path}")


def make_missing_room_keys(say: Say) -> None:
    """Make the keys that rooms keep in the folder. Django is started."""
    from django.utils import timezone

    from civium.foundation.journal.actions.make_signing_key import make_signing_key
    from civium.foundation.vault.actions.make_root_key import make_root_key
    from civium.foundation.vault.actions.make_seal_key import make_seal_key
    from civium.foundation.vault.actions.make_token_key import make_token_key
    from civium.foundation.vault.adapters.root_key import NotChangedHere

    before = set(key_folder().iterdir())
    try:
        make_root_key()
    except NotChangedHere as outside:
        say(f"  {outside}")
    make_signing_key()
    make_seal_key(at=timezone.now())
    make_token_key("sign-in-key")
    for path in sorted(set(key_folder().iterdir()) - before):
        say(f"  made {path}")


# What can be replaced, and how (docs/runbooks/keys.md). Without a name, the first two.
KINDS = ("root", "purpose", "person", "case", "index", "signing")


def rotate_keys(kinds: Sequence[str], say: Say) -> None:
    """Replace the keys of these kinds, one after another, while the site goes on. What was stopped goes on where it stopped."""
    for kind in kinds or KINDS[:2]:
        _ROTATIONS[kind](say)


def _rotate_root(say: Say) -> None:
    from django.utils import timezone

    from civium.foundation.vault.actions.rotate_root_key import rotate_root_key
    from civium.foundation.vault.adapters.root_key import NotChangedHere

    try:
        rewrapped = rotate_root_key(by=None, at=timezone.now())
    except NotChangedHere as outside:
        raise Trouble("The root key is kept where Civium cannot change it.", str(outside)) from None
    say(f"  New root key: it wraps {_keys(rewrapped)}.")
    say("  Keep a copy of it in a safe place, away from the backups of the data. The old one lies beside it:")
    say("  keep it as long as backups from before are kept, then destroy it.")


def _rotate_purpose(say: Say) -> None:
    from django.utils import timezone

    from civium.foundation.vault.actions.rotate_keys import rotate_owner_keys

    newest = rotate_owner_keys(by=None, at=timezone.now(), progress=_progress("keys rewrapped", say))
    say(f"  New key of all keys, version {newest.version}. The one before is deleted after a day.")


def _rotate_signing(say: Say) -> None:
    from django.utils import timezone

    from civium.foundation.journal.actions.rotate_signing_key import (
        PUBLISHED_FOR,
        TooSoon,
        publish_next_signing_key,
        take_next_signing_key,
    )

    now = timezone.now()
    if publish_next_signing_key(by=None, at=now):
        hours = int(PUBLISHED_FOR.total_seconds() // 3600)
        say("  The next key is published with the others, on /check/record/ and by `civium journal keys`.")
        say(f"  Give it to the witnesses. In {hours} hours run this again: from then on it signs.")
        return
    try:
        take_next_signing_key(by=None, at=now)
    except TooSoon as waits:
        say(
            f"  The next key is published and signs after {waits.until:%Y-%m-%d %H:%M} UTC: run this again then."
        )
        return
    say(
        "  The record is signed with the next key. The one before is kept for checking; nobody can sign with it."
    )
    say("  Copy the key folder anew.")


def _rotate_index(say: Say) -> None:
    from django.utils import timezone

    from civium.foundation.privacy.actions.watch_readings import automatic_readings
    from civium.foundation.vault.actions.rotate_index_key import rotate_index_key

    now = timezone.now()
    came = rotate_index_key(
        indexed(),
        by=None,
        at=now,
        progress=lambda name, done, every: _progress(name, say)(done, every),
        watched=lambda: automatic_readings("civium keys rotate index", now),
    )
    if came.until:
        say(f"  Indexes are under the new key. Run this again after {came.until:%Y-%m-%d %H:%M} UTC:")
        say("  it looks for what was written meanwhile, and deletes the earlier key.")
    elif came.waiting:
        say(
            f"  Answers to check questions that still need the earlier key: {came.waiting:,}. Run this again a month"
        )
        say("  after the new key was made: their time is over then.")
    else:
        say("  The earlier key is deleted: indexes made with it find nothing any more.")


def indexed() -> list[Indexed]:
    """Everything that is found by blind indexes."""
    from civium.engines.cases.actions.renew_indexes import WORDS
    from civium.foundation.federation.actions.renew_indexes import LINKED_IDENTITIES
    from civium.foundation.identity.actions.renew_indexes import MANDATES, REGISTERED_PARTIES
    from civium.journeys.applications.actions.renew_indexes import WAYS_BACK

    return [WORDS, WAYS_BACK, MANDATES, REGISTERED_PARTIES, LINKED_IDENTITIES]


def _rotate_owners(kind: str, say: Say) -> None:
    from django.utils import timezone

    from civium.foundation.vault.actions.rotate_owners import rotate_owners

    what = {"person": "people", "case": "applications and cases"}[kind]
    count = rotate_owners(kind, by=None, at=timezone.now(), progress=_progress(what, say))
    say(
        f"  {count:,} {what} have new keys for what is written from now on. What lies there stays under the ones before,"
    )
    say("  which go when their owner is erased.")


def _progress(what: str, say: Say) -> Callable[[int, int], None]:
    """Say how far it is, and let others write before the next batch: on SQLite whoever waits looks for a turn ten times a second, and
    would find none for as long as one batch begins where the other ends."""

    def tell(done: int, every: int) -> None:
        say(f"  {done:,} of {every:,} {what}")
        time.sleep(BETWEEN_BATCHES)

    return tell


def _keys(count: int) -> str:
    return "one key" if count == 1 else f"{count:,} keys"


_ROTATIONS: dict[str, Callable[[Say], None]] = {
    "root": _rotate_root,
    "purpose": _rotate_purpose,
    "person": lambda say: _rotate_owners("person", say),
    "case": lambda say: _rotate_owners("case", say),
    "index": _rotate_index,
    "signing": _rotate_signing,
}
