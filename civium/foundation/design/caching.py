"""Pages that are the same for everybody, kept in this process, already compressed.

A view says with ``public_page`` that what it answers an anonymous visitor depends on nothing but the address, the language
in it, and a stamp. The page is kept until the stamp changes. What a view answers somebody with a session is never kept.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Stamp = Callable[[], object]


def _never_changes() -> object:
    return None


def public_page(*, stamp: Stamp = _never_changes) -> Callable[[View], View]:
    """Declare a view's page public. ``stamp()`` is compared on every hit, so it must be cheap: a number in memory."""

    def decorate(view: View) -> View:
        @wraps(view)
        def stamped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            before = stamp()  # read before the view reads, or a change in between would be missed
            response = view(request, *args, **kwargs)
            response.public_stamp = (stamp, before)  # type: ignore[attr-defined]
            return response

        return stamped  # type: ignore[return-value]

    return decorate


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it goes on the wire. Plain text is made from the compressed one when a visitor cannot read either."""

    stamp: Stamp
    stamped: object
    etag: str
    headers: tuple[tuple[str, str], ...]
    gzip: bytes
    brotli: bytes

    @property
    def is_current(self) -> bool:
        return self.stamp() == self.stamped

    @property
    def weight(self) -> int:
        return len(self.gzip) + len(self.brotli) + 1000

    def body_for(self, accepted: str) -> tuple[bytes, str]:
        """The body in the best encoding that the visitor accepts, and that encoding's name."""
        if "br" in accepted:
            return self.brotli, "br"
        if "gzip" in accepted:
            return self.gzip, "gzip"
        return gzip.decompress(self.gzip), ""


def keep_page(response: HttpResponse) -> KeptPage:
    """The page of a finished public response, compressed well: it is done once and sent many times."""
    stamp, stamped = response.public_stamp  # type: ignore[attr-defined]
    body = response.content
    return KeptPage(
        stamp=stamp,
        stamped=stamped,
        etag=f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        headers=tuple(
            (name, value)
            for name, value in response.items()
            if name not in {"Content-Length", "Content-Encoding", "ETag"}
        ),
        gzip=gzip.compress(body, 9, mtime=0),
        brotli=brotli.compress(body, mode=brotli.MODE_TEXT, quality=9),
    )


class Shelf:
    """Kept pages by address, the least recently read thrown out first."""

    def __init__(self, *, capacity: int = 8 * 1024 * 1024) -> None:
        self.capacity = capacity
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def find(self, key: str) -> KeptPage | None:
        """The page kept for the address, unless its stamp has changed since."""
        page = self._pages.get(key)
        if page is None:
            return None
        if not page.is_current:
            self._drop(key)
            return None
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
        return page

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page, and make room for it."""
        self._drop(key)
        with self._lock:
            self._pages[key] = page
            self._weight += page.weight
            while self._weight > self.capacity:
                self._weight -= self._pages.popitem(last=False)[1].weight

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._weight = 0

    def _drop(self, key: str) -> None:
        with self._lock:
            page = self._pages.pop(key, None)
            self._weight -= page.weight if page else 0


shelf = Shelf()
