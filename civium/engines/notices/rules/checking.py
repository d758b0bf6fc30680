"""Checking the words of notices before a citizen sees them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from markdown_it import MarkdownIt

from ..schema import NoticeTexts, Problem
from .filling import IN_ADDRESS, PLACEHOLDER

_markdown = MarkdownIt("commonmark", {"html": False})
_NEARLY = re.compile(
    r"(?:\{\{?|\[\[|\(\() ?(?P<name>[a-z][a-z0-9_]*) ?(?:\}\}?|\]\]|\)(?!\)))|\((?P<one>[a-z][a-z0-9_]*)\)\)"
)
_COMPLETE_LINK = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)


def placeholders(template: str) -> frozenset[str]:
    """The names that a template wants values for."""
    return frozenset(PLACEHOLDER.findall(template))


def nearly_placeholders(template: str, known: Collection[str]) -> Iterator[str]:
    """What to write instead of a value that would be sent as it stands: with braces, or with one bracket too few."""
    for found in _NEARLY.finditer(PLACEHOLDER.sub("", template)):
        name = found["name"] or found["one"]
        if name in known:
            yield f"“{found[0]}” is not filled in: write “(({name}))”"


def check_notice_texts(
    texts: NoticeTexts, wanted: Collection[str], known: Mapping[str, Collection[str]] | Collection[str]
) -> list[Problem]:
    """What is wrong with the notices of one language. ``wanted``: the notices that the document sends; ``known``: the
    names that have values, for all notices or for each of them."""
    problems = [
        Problem(
            f"notices.{name}",
            f"the notice “{name}” has no text: write its “subject” and “body” under notices",
        )
        for name in wanted
        if name not in texts
    ]
    for name, text in texts.items():
        if name not in wanted:
            problems.append(
                Problem(f"notices.{name}", f"nothing in service.yaml sends “{name}”: take it out")
            )
            continue
        names = known.get(name, ()) if isinstance(known, Mapping) else known
        for part, template in (("subject", text.subject), ("body", text.body)):
            path = f"notices.{name}.{part}"
            problems += [Problem(path, message) for message in _check_names(template, names)]
        problems += [
            Problem(f"notices.{name}.subject", "a subject is one line: write it in one")
            for _ in range("\n" in text.subject.strip())
        ]
        problems += [Problem(f"notices.{name}.body", message) for message in _check_places(text.body)]
    return problems


def _check_names(template: str, known: Collection[str]) -> Iterator[str]:
    for name in sorted(placeholders(template) - set(known)):
        near = get_close_matches(name, list(known), n=1)
        hint = f"did you mean “(({near[0]}))”?" if near else f"write one of: {', '.join(sorted(known))}"
        yield f"there is no value “(({name}))” here: {hint}"
    yield from nearly_placeholders(template, known)
    if re.search(r"\(\((?!\()", PLACEHOLDER.sub("", template)):
        yield "“((” begins a placeholder: write a name in small letters and “))”, for example “((reference))”"


def _check_places(body: str) -> Iterator[str]:
    """Placeholders stand in text or in a link's address, where their values can be made harmless; nowhere else."""
    in_text: set[str] = set()
    in_address: set[str] = set()
    for number, found in enumerate(PLACEHOLDER.finditer(body)):
        (in_address if IN_ADDRESS.search(body[: found.start()]) else in_text).add(f"zq{number}qz")
    numbers = iter(range(len(in_text) + len(in_address)))
    tokens = _markdown.parse(PLACEHOLDER.sub(lambda _: f"zq{next(numbers)}qz", body))
    inline = [child for token in tokens for child in token.children or ()]
    words, addresses = "", []
    for token, before in zip(inline, [None, *inline], strict=False):
        if token.type == "link_open":
            addresses.append(str(token.attrs["href"]))
        elif token.type == "text" and not (before and before.type == "link_open" and before.info == "auto"):
            words += f"{token.content} "
    if any(mark not in words for mark in in_text) or any(
        mark not in " ".join(addresses) for mark in in_address
    ):
        yield "a placeholder stands in text or in a link's address, not in code, images, link titles or angle brackets"
    if any(not _COMPLETE_LINK.match(address) and not address.startswith("zq") for address in addresses):
        yield "a link in a notice is complete: begin it with “https://”, or write a placeholder such as “((link))”"
