"""What a page weighs on the wire: HTML, and the styles and scripts that it names, compressed as the server sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.visitor import Visitor

# What browsers send.
ENCODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class Weight:
    """In kB. ``before_script`` is what makes the page useful."""

    html: float
    css: float
    js: float

    @property
    def before_script(self) -> float:
        return self.html + self.css

    @property
    def whole(self) -> float:
        return self.html + self.css + self.js


def weigh(visitor: Visitor, path: str) -> Weight:
    """Fetch the page and what it needs."""
    page = visitor.ask(path, encoding=ENCODINGS)
    assert page.status == 200, f"{path} answered {page.status}"
    text = _plain(visitor, path)
    styles = re.findall(r"<link[^>]+rel=\"stylesheet\"[^>]*href=\"([^\"]+)\"", text)
    scripts = re.findall(r"<script[^>]+src=\"([^\"]+)\"", text)
    return Weight(len(page.body) / 1000, _sum(visitor, styles), _sum(visitor, scripts))


def _plain(visitor: Visitor, path: str) -> str:
    return visitor.ask(path, encoding="identity").body.decode()


def _sum(visitor: Visitor, paths: list[str]) -> float:
    answers = [visitor.ask(path, encoding=ENCODINGS) for path in paths]
    assert all(answer.status == 200 for answer in answers), f"not found: {paths}"
    return sum(len(answer.body) for answer in answers) / 1000
