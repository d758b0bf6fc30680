"""The cheat sheet of the keyboard tells every key that does something at the desk, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from setup import ROOT

PAGES = ROOT / "civium" / "doors" / "desk" / "templates"
DESIGN = ROOT / "civium" / "foundation" / "design" / "templates" / "design"
SCRIPT = ROOT / "assets" / "js" / "desk.js"
# What arrows are called there, and what the script calls them.
ARROWS = {"↓", "↑"}


def keys_in(paths: list[Path]) -> set[str]:
    words = "".join(path.read_text() for path in paths)
    return set(re.findall(r'data-shortcut(?:="|": ")([^"]+)"', words))


def test_the_cheat_sheet_names_each_key_and_no_other() -> None:
    told = set(re.findall(r"<dt>(.*?)</dt>", (DESIGN / "staff.html").read_text()))
    on_sheet = {key for line in told for key in re.findall(r"<kbd>(.)</kbd>", line)} - ARROWS
    on_pages = keys_in([*PAGES.rglob("*.html"), DESIGN / "components.html"])
    doings = re.search(r"const ROW_KEYS.*?(?=\n\n)", SCRIPT.read_text(), re.DOTALL)
    assert doings is not None
    in_script = set(re.findall(r"""[{,] "?([a-z?])"?: """, doings[0]))
    assert in_script == {"j", "k", "o", "x", "c", "?"}
    assert on_pages == {"/", "c", "m", "n", "p", "u"}
    assert on_sheet == in_script | on_pages
