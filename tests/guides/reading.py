"""Reading a guide: its sections, its blocks to copy, its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from setup import ROOT

HOW_TO = ROOT / "docs" / "how-to"


@dataclass
class Section:
    """What stands under one heading, without what stands under the headings below it."""

    heading: str
    text: str = ""
    blocks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def tables(self) -> list[dict[str, tuple[str, str]]]:
        """The tables of keys: what each says, and what holds when it is left out, by key."""
        found: list[dict[str, tuple[str, str]]] = []
        for row in re.findall(r"^\|(.+)\|$", self.text, re.M):
            key, *rest = (cell.strip() for cell in re.split(r"(?<!\\)\|", row))
            if key == "key":
                found.append({})
            elif found and re.fullmatch(r"`\w+`", key):
                found[-1][key.strip("`")] = (rest[0], rest[-1])
        return found


@lru_cache(maxsize=4)
def sections(guide: str) -> dict[str, Section]:
    """A guide of ``docs/how-to`` by its headings."""
    found = [Section("")]
    language: str | None = None
    for line in (HOW_TO / guide).read_text(encoding="utf-8").splitlines():
        fence = re.fullmatch(r"```(\w*)", line)
        if fence and language is None:
            language = fence[1]
            found[-1].blocks.append((language, ""))
        elif fence:
            language = None
        elif language is not None:
            kind, text = found[-1].blocks[-1]
            found[-1].blocks[-1] = (kind, f"{text}{line}\n")
        elif heading := re.fullmatch(r"#+ (.+)", line):
            found.append(Section(heading[1].strip("`")))
        else:
            found[-1].text += line + "\n"
    return {section.heading: section for section in found}


def codes_in(text: str) -> list[str]:
    """Everything between backticks."""
    return [code.replace("\\|", "|") for code in re.findall(r"`([^`]+)`", text)]
