"""Templates and addresses: all used, all guarded, nothing marked safe on the quiet."""

from __future__ import annotations

import re
from pathlib import Path

from django.template import engines
from jinja2 import nodes

from setup import ROOT
from tests.house.source import is_test, our_files, words_of

# Templates in which something is declared to be HTML already, and why that is true. In Python the reason is on the line.
TRUSTED_MARKUP = {
    "civium/foundation/design/govuk/components/character-count/macro.html": "GOV.UK's own: parameters named html",
    "civium/foundation/design/govuk/components/date-input/macro.html": "GOV.UK's own: parameters named html",
}
# What other people's code looks up by name: allauth's elements, and the pages of its that we lay out.
NAMED_BY_OTHERS = ("allauth/", "account/", "mfa/")


# HTML that no browser shows under our policy, and where it goes.
NOT_PAGES = {
    "civium/engines/notices/templates/notices/mail/notice.html": "mail programs know nothing but style attributes",
    "civium/foundation/files/templates/files/document.html": "a PDF",
}


def templates() -> dict[str, str]:
    """Every Jinja2 template: its name as other code says it, and its path."""
    found = {}
    for path in our_files():
        name = path.relative_to(ROOT)
        if "templates" in name.parts and name.parts[0] == "civium" and not is_test(path):
            within = name.parts[name.parts.index("templates") + 1 :]
            found["/".join(within)] = name.as_posix()
    return found


_NAMED = re.compile(r"""["']([\w./{}-]+\.(?:html|txt|xml|svg|css))["']""")


def unused(paths: dict[str, str], files: dict[str, str]) -> list[str]:
    """Templates that nobody names: in full, by its last part within its room, or as ``f"forms/{kind}.html"``."""
    said = {place: _NAMED.findall(text) for place, text in files.items()}
    in_full = {name for names in said.values() for name in names}
    built = [
        re.compile(re.sub(r"\\{[^}]*\\}", r"[\\w-]+", re.escape(name)) + "$")
        for name in in_full
        if "{" in name
    ]

    def is_named_in_its_room(name: str) -> bool:
        room = "/".join(Path(paths[name]).parts[:3])
        return any(Path(name).name in names for place, names in said.items() if place.startswith(f"{room}/"))

    return sorted(
        name
        for name in paths.keys() - in_full
        if not name.startswith(NAMED_BY_OTHERS)
        and not any(pattern.match(name) for pattern in built)
        and not is_named_in_its_room(name)
    )


def test_every_template_is_used() -> None:
    files = {
        name: text
        for name, text in words_of({".py", ".html", ".txt", ".svg"}).items()
        if name.startswith("civium/")
    }
    assert unused(templates(), files) == [], "no code of its room names it: delete it"


def test_a_template_that_nobody_names_would_be_noticed() -> None:
    paths = {
        name: f"civium/engines/{name.split('/')[0]}/templates/{name}"
        for name in ("cases/case.html", "cases/move.html", "forms/date.html", "cases/attic.html")
    }
    files = {
        "civium/doors/desk/views.py": """render(request, "cases/case.html"); f"forms/{kind}.html"; "attic.html" """,
        "civium/engines/cases/views.py": """_page(request, "move.html")""",
    }
    assert unused(paths, files) == ["cases/attic.html"]


def idle_imports(files: dict[str, str]) -> list[str]:
    """Macros that a template imports and does not use. A fragment imports for itself, not from whoever includes it."""
    parse = engines["jinja2"].env.parse  # type: ignore[attr-defined]
    found = []
    for path, text in files.items():
        tree = parse(text)
        used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        for line in tree.find_all(nodes.FromImport):
            names = [name if isinstance(name, str) else name[1] for name in line.names]
            found += [f"{path}:{line.lineno} {name}" for name in names if name not in used]
    return found


def test_templates_import_what_they_use() -> None:
    words = {path: (ROOT / path).read_text(encoding="utf-8") for path in templates().values()}
    pages = {path: text for path, text in words.items() if path.endswith(".html")}
    assert idle_imports(pages) == [], "take it out of the import"


def test_an_import_that_nothing_uses_would_be_noticed() -> None:
    page = '{% from "design/components.html" import button, card as box %}{{ button("Save") }} box'
    assert idle_imports({"a.html": page}) == ["a.html:1 box"]


def test_templates_follow_their_room() -> None:
    """`<room>/templates/<room>/x.html`: two rooms never fight over a name."""
    strays = [
        path
        for name, path in templates().items()
        if Path(path).parts[2] != name.split("/")[0] and not name.startswith(NAMED_BY_OTHERS)
    ]
    assert strays == [], "move it into templates/<its room>/"


def marked_safe(files: dict[str, str]) -> list[str]:
    """Where escaping is switched off: in a template for anything but a quoted word, in Python without saying why."""
    in_template = re.compile(r"(?<![\"'])\|\s*safe\b|\{%-?\s*autoescape\s+(?:false|off)")
    in_python = re.compile(r"\b(?:mark_safe|SafeString|Markup)\((?![\"')])")
    says_why = re.compile(r"# noqa: S\d+(?:, \w+)* - \w")
    return sorted(
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (
            in_template.search(line)
            if name.endswith(".html")
            else in_python.search(line) and not says_why.search(line)
        )
    )


def test_nothing_is_trusted_to_be_markup_without_a_reason() -> None:
    files = {
        name: text
        for name, text in words_of({".py", ".html"}).items()
        if name.startswith("civium/") and "/tests/" not in name
    }
    found = {place.rpartition(":")[0] for place in marked_safe(files)}
    assert sorted(found - set(TRUSTED_MARKUP)) == [], (
        "let the template escape it (Markup.format and |escape do); in Python, say on the line why it is markup: # noqa: S704 - why"
    )
    assert sorted(set(TRUSTED_MARKUP) - found) == [], "it is trusted no more: take it out of TRUSTED_MARKUP"


def test_markup_made_of_what_people_typed_would_be_noticed() -> None:
    files = {
        "civium/a.html": "{{ name|safe }}",
        "civium/b.py": "Markup(name)\nMarkup('<b>')\nMarkup(html)  # noqa: S704 - cleaned above",
    }
    assert marked_safe(files) == ["civium/a.html:1", "civium/b.py:1"]


def test_every_address_has_a_policy() -> None:
    """The program would not start either; here it is named without starting."""
    from civium.foundation.identity.checks import every_url_has_a_policy

    assert every_url_has_a_policy(None) == []


def inline(files: dict[str, str]) -> list[str]:
    """Styles and scripts in the page itself: the content security policy would block them, and nobody would see why."""
    sign = re.compile(
        r"<style\b|<script(?![^>]*\bsrc=)(?![^>]*json)|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:",
        re.IGNORECASE,
    )
    return [
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if sign.search(line)
    ]


def test_no_page_styles_or_scripts_inline() -> None:
    pages = {
        name: text
        for name, text in words_of({".html"}).items()
        if name.startswith("civium/") and "/tests/" not in name and name not in NOT_PAGES
    }
    assert inline(pages) == []


def test_an_inline_script_would_be_noticed() -> None:
    assert inline(
        {"a.html": "<p>\n<script>go()</script>", "b.html": "<script src='/static/x.js'></script>"}
    ) == ["a.html:2"]
