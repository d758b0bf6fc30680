"""Words to translate: collect them from Python and templates, and compile what translators wrote. Needs Babel.

Run with the virtual environment's Python: ``python -m setup.messages collect|compile``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.terminal import say
from setup import ROOT

LOCALE = ROOT / "civium" / "locale"
LANGUAGES = ("es", "ar")

_METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**/django_templates/**.*", "setup.messages:read_django_template"),
    ("**/templates/**.*", "jinja2"),
    ("**.py", "python"),
]
# The same as in `civium.foundation.design.jinja`: a sentence may be broken over lines.
_OPTIONS = {"**/templates/**.*": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def read_django_template(
    source: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's way into a Django template: Django turns its tags into calls that the Python reader knows."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    calls = templatize(source.read().decode("utf-8"))
    # Only the calls: what stands around them is blanked out with a letter, which is no Python.
    words = "\n".join(line for line in calls.splitlines() if "gettext" in line)
    yield from extract_python(io.BytesIO(_calls_only(words).encode()), keywords, comment_tags, options)


def _calls_only(line: str) -> str:
    """Strip the X-es that Django leaves where the template's markup was."""
    import re

    return "\n".join(re.findall(r"\b(?:[np]|np)?gettext\((?:[^()]|\([^()]*\))*\)", line))


def collected() -> Catalog:
    """Every wording of the house's rooms, in the order of its first use."""
    catalogue = Catalog(project="Civium", copyright_holder="the Civium authors", fuzzy=False)
    found = extract_from_dir(
        str(ROOT / "civium"), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for name, _line, message, comments, context in found:
        catalogue.add(message, locations=[(f"civium/{name}", None)], auto_comments=comments, context=context)
    return catalogue


def collect_words() -> None:
    """Bring every language's catalogue up to date; what is no longer said is dropped, what is new is left empty."""
    template = collected()
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            with path.open("rb") as old:
                catalogue = read_po(old, locale=language)
        else:
            catalogue = Catalog(locale=language, project="Civium")
        catalogue.update(template, no_fuzzy_matching=True)
        with path.open("wb") as new:
            write_po(new, catalogue, width=110, omit_header=False, ignore_obsolete=True, include_lineno=False)
        missing = sum(1 for message in catalogue if message.id and not _is_translated(message.string))
        say(f"  {language}: {len(catalogue)} wordings, {missing} without a translation")


def _is_translated(words: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


def compile_words() -> None:
    """Write the ``.mo`` file beside every ``.po`` file."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as words:
            catalogue = read_po(words, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


if __name__ == "__main__":
    {"collect": collect_words, "compile": compile_words}[sys.argv[1]]()
