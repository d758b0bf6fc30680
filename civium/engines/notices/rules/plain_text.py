"""Markdown as plain text with the same words as its HTML, for readers and programs that want no HTML."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False})


def plain_text(markdown: str) -> str:
    """The text a person would type: a blank line between paragraphs, ``-`` or numbers in lists, addresses after links."""
    lines: list[str] = []
    bullets: list[int | None] = []
    waiting = ""
    for token in _markdown.parse(markdown):
        match token.type:
            case "bullet_list_open":
                bullets.append(None)
            case "ordered_list_open":
                bullets.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                bullets.pop()
                waiting = ""
                lines += [""] if not bullets else []
            case "list_item_open":
                waiting = "  " * (len(bullets) - 1) + _mark(bullets)
            case "inline":
                text = _inline(token.children or ()).replace("\n", "\n" + " " * len(waiting))
                lines.append(waiting + text)
                waiting = " " * len(waiting)
            case "paragraph_close" | "heading_close" if not bullets:
                lines.append("")
                waiting = ""
            case "fence" | "code_block":
                lines += [token.content.rstrip("\n"), ""]
            case "hr":
                lines += ["---", ""]
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def _mark(bullets: list[int | None]) -> str:
    number = bullets[-1]
    if number is None:
        return "- "
    bullets[-1] = number + 1
    return f"{number}. "


def _inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    opened: list[tuple[str, int]] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "link_open":
                opened.append((str(token.attrs["href"]), len(parts)))
            case "link_close":
                address, begun = opened.pop()
                if "".join(parts[begun:]) != address:
                    parts.append(f" ({address.removeprefix('mailto:').removeprefix('tel:')})")
    return "".join(parts)
