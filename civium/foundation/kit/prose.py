"""Prose: Markdown written by designers, shown as safe HTML. Raw HTML in it is dropped, links must be http, mailto or tel."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "hr", "li", "ol", "p", "strong", "ul"}
_markdown = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=2048)
def render_prose(markdown: str) -> Markup:
    """The Markdown as HTML that is safe to put on a page."""
    html = nh3.clean(
        _markdown.render(markdown),
        tags=_TAGS,
        attributes={"a": {"href", "hreflang", "lang"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    return Markup(html)  # noqa: S704 - cleaned above


def render_line(markdown: str) -> Markup:
    """One line of Markdown without the paragraph around it, for hints and list items."""
    html = str(render_prose(markdown)).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>")) if html.count("<p>") == 1 else Markup(html)  # noqa: S704 - cleaned


def render_plain(words: str) -> Markup:
    """What somebody typed, as paragraphs and line breaks. Nothing in it is markup."""
    paragraphs = [part.strip() for part in words.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(paragraph.split("\n"))) for paragraph in paragraphs
    )
