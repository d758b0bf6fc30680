"""Make the keys of owners, and of purposes."""

from __future__ import annotations

from typing import Final

from django.db.models import CharField

from civium.foundation.kit.prepared import Prepared, insert

from ..envelope import new_key, wrap
from ..key_ring import (
    Chain,
    KeyDestroyed,
    KeyRow,
    OpenKey,
    find_chain,
    keep_until_commit,
    made_here,
    open_purpose_key,
    the_root_key,
)
from ..models import Key, PurposeKey

__all__ = [
    "INDEX",
    "OWNERS",
    "KeyDestroyed",
    "ensure_key",
    "make_key",
    "new_purpose_key",
    "present_purpose_key",
]

OWNERS: Final = "owners"
INDEX: Final = "index"


def present_purpose_key(purpose: str) -> PurposeKey:
    """The newest key for the purpose, made when there is none yet. Two processes that make it at once get the same."""
    if newest := _newest(purpose=purpose):
        return newest[0]
    PurposeKey.objects.bulk_create([new_purpose_key(purpose, version=1)], ignore_conflicts=True)
    return PurposeKey.objects.filter(purpose=purpose).latest("version")


_newest = Prepared(
    lambda purpose: PurposeKey.objects.filter(purpose=purpose).order_by("-version")[:1], purpose=CharField()
)


def new_purpose_key(purpose: str, *, version: int) -> PurposeKey:
    """An unsaved purpose key, wrapped by the present root key."""
    root = the_root_key()
    purpose_key = PurposeKey(purpose=purpose, version=version, root=root.id)
    purpose_key.wrapped = root.wrap(new_key(), place=purpose_key.place)
    return purpose_key


def make_key(owner: str, *, parent: str | None = None) -> OpenKey:
    """Give the owner a key, wrapped by the parent's key when there is a parent: destroying that one destroys this one.

    The same call twice gives the same key. Refuses an owner, or a parent, whose key was destroyed. A key can have a parent
    and the parent a parent, no more: that much is read in one statement.
    """
    if parent is None:
        purpose_key = present_purpose_key(OWNERS)
        key = Key(owner=owner, purpose_key=purpose_key)
        key.wrapped = wrap(new_key(), under=open_purpose_key(purpose_key), place=key.place)
        insert(key, unless_there=True)
    else:
        above = _chain_that_can_wrap(parent)
        wrapping = above.opened()
        key = Key(owner=owner, parent_id=wrapping.id)
        key.wrapped = wrap(new_key(), under=wrapping.key, place=key.place)
        if insert(key, unless_there=True):
            # Nobody else can know of it yet: what was written is what would be read.
            made = above.and_below(KeyRow(key.id, owner, key.wrapped, None)).opened()
            keep_until_commit(made)
            return made
    chain = find_chain(owner)
    if chain is None or (chain.keys[-2].owner if chain.parents else None) != parent:
        raise ValueError(f"{owner} already has a key, under another parent")
    return chain.opened()


def _chain_that_can_wrap(owner: str) -> Chain:
    chain = find_chain(owner)
    if chain is None:
        make_key(owner)
        return _chain_that_can_wrap(owner)
    if chain.parents > 1:
        raise ValueError(f"the key of {owner} is already two keys down")
    return chain


def ensure_key(owner: str) -> OpenKey:
    """The owner's key, read now, or made when there is none. Refuses a destroyed one."""
    if made := made_here(owner):
        return made
    chain = find_chain(owner)
    return chain.opened() if chain else make_key(owner)
