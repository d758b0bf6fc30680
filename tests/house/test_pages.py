"""Templates and addresses: all used, all guarded, nothing marked safe on the quiet."""

from __future__ import annotations

import re
from pathlib import Path

from setup import ROOT
from tests.house.source import is_test, our_files, words_of

# Where a string is declared to be HTML already, and why that is true.
TRUSTED_MARKUP: dict[str, str] = {}


def templates() -> dict[str, str]:
    """Every Jinja2 template: its name as other code says it, and its path."""
    found = {}
    for path in our_files():
        name = path.relative_to(ROOT)
        if "templates" in name.parts and name.parts[0] == "civium" and not is_test(path):
            within = name.parts[name.parts.index("templates") + 1 :]
            found["/".join(within)] = name.as_posix()
    return found


def unused(names: set[str], said: str) -> list[str]:
    """Templates that nobody names: not in Python, not in another template."""
    quoted = set(re.findall(r"""["']([\w./{}-]+\.(?:html|txt|xml))["']""", said))
    patterns = [
        re.compile(re.escape(name).replace(r"\{", "{").replace("{", "(?:").replace(r"\}", "}")) for name in ()
    ]
    assert not patterns
    built = [
        re.compile(re.sub(r"\\\{[^}]*\\\}", r"[\\w-]+", re.escape(name)) + "$")
        for name in quoted
        if "{" in name
    ]
    return sorted(name for name in names - quoted if not any(pattern.match(name) for pattern in built))


def test_every_template_is_used() -> None:
    said = "\n".join(
        text for name, text in words_of({".py", ".html", ".txt"}).items() if name.startswith("civium/")
    )
    assert unused(set(templates()), said) == []


def test_a_template_that_nobody_names_would_be_noticed() -> None:
    said = """render(request, "cases/case.html"); f"forms/{kind}.html" """
    assert unused({"cases/case.html", "forms/date.html", "cases/attic.html"}, said) == ["cases/attic.html"]


def test_templates_follow_their_room() -> None:
    """`<room>/templates/<room>/x.html`: two rooms never fight over a name. 404 and 500 are Django's own names."""
    strays = [
        path
        for name, path in templates().items()
        if Path(path).parts[2] != name.split("/")[0] and "/" in name
    ]
    assert strays == []


def marked_safe(files: dict[str, str]) -> list[str]:
    """Where escaping is switched off."""
    signs = {
        ".html": re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+(?:false|off)"),
        ".py": re.compile(r"\bmark_safe\(|\bMarkup\((?![\"'])|SafeString\("),
    }
    return sorted(
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (sign := signs.get(Path(name).suffix)) and sign.search(line)
    )


def test_nothing_is_trusted_to_be_markup_without_a_reason() -> None:
    files = {
        name: text
        for name, text in words_of({".py", ".html"}).items()
        if name.startswith("civium/") and "/tests/" not in name
    }
    found = {place.rpartition(":")[0] for place in marked_safe(files)}
    assert found - set(TRUSTED_MARKUP) == set()
    assert set(TRUSTED_MARKUP) - found == set()


def test_markup_made_of_what_people_typed_would_be_noticed() -> None:
    assert marked_safe(
        {"civium/a.html": "{{ name|safe }}", "civium/b.py": "Markup(name)\nMarkup('<b>')"}
    ) == [
        "civium/a.html:1",
        "civium/b.py:1",
    ]


def test_every_address_has_a_policy() -> None:
    """The program would not start either; here it is named without starting."""
    from civium.foundation.identity.checks import every_url_has_a_policy

    assert every_url_has_a_policy(None) == []


def test_no_template_styles_or_scripts_inline() -> None:
    """The content security policy would block it, and nobody would see why."""
    inline = re.compile(
        r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", re.IGNORECASE
    )
    mail_only = {
        name for name in words_of({".html"}) if "/mail/" in name or "_mail" in name or "/pdf/" in name
    }
    found = [
        f"{name}:{number}"
        for name, text in words_of({".html"}).items()
        if name.startswith("civium/") and name not in mail_only and "/tests/" not in name
        for number, line in enumerate(text.splitlines(), 1)
        if inline.search(line)
    ]
    assert found == []
