"""Compare HTML by what it says, not by how it is laid out."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

Said = list[object]


def said(html: str) -> Said:
    """Elements with their attributes, and words, in order; white space and the order of classes do not count."""
    heard: Said = []
    _walk(BeautifulSoup(html, "html.parser"), heard)
    return heard


def _walk(element: Tag, heard: Said) -> None:
    for child in element.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            words = re.sub(r"\s+", " ", str(child)).strip()
            heard.extend([words] if words else [])
        elif isinstance(child, Tag):
            heard.append((child.name, sorted((name, _value(value)) for name, value in child.attrs.items())))
            _walk(child, heard)
            heard.append(f"/{child.name}")


def _value(value: object) -> str:
    parts = sorted(value) if isinstance(value, list) else re.sub(r"\s+", " ", str(value or "")).strip()
    return " ".join(parts) if isinstance(parts, list) else parts
