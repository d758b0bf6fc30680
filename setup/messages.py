"""Words to translate: collect them from Python and templates, and compile what translators wrote. Needs Babel.

A catalogue is the same whoever collects it and whenever: sorted, with no dates, no line numbers and no folders of the
machine. So two branches that add words change different lines.

Run with the virtual environment's Python: ``python -m setup.messages collect|compile``.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.terminal import say
from setup import ROOT

LOCALE = ROOT / "civium" / "locale"
# What libraries say to people here; our catalogues come before theirs.
BORROWED = LOCALE / "borrowed.pot"


class Language(NamedTuple):
    """A language that people translate into, and how it counts."""

    name: str
    plural_forms: str


# Babel numbers Arabic's forms for 11 to 99 and for hundreds the other way round than Django, allauth and every
# translator's tool; so the rules stand here.
LANGUAGES = {
    "es": Language("Spanish", "nplurals=2; plural=(n != 1);"),
    "ar": Language(
        "Arabic",
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 :"
        " n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);",
    ),
}
_HEADER = """\
# Civium in {name}.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""

_METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**/django_templates/**.*", "setup.messages:read_django_template"),
    ("**/templates/**.*", "jinja2"),
    ("**/govuk/**.*", "jinja2"),
    ("**.py", "python"),
]
# The same as in `civium.foundation.design.jinja`: a sentence may be broken over lines.
METHOD_OPTIONS = {
    "trimmed": "true",
    "silent": "false",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "encoding": "utf-8",
}
_OPTIONS = {"**/templates/**.*": METHOD_OPTIONS, "**/govuk/**.*": METHOD_OPTIONS}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_now": None,  # where `_` is the lazy one
    "_lazy": None,  # where `_` is not
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_WORDS = r"""(?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(?:(?:np|n|p)?gettext|_)\(\s*{_WORDS}(?:\s*,\s*(?:{_WORDS}|\w+))*\s*,?\s*\)")


def read_django_template(source: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's way into a Django template: Django turns its tags into calls that the Python reader knows."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    calls = templatize(source.read().decode("utf-8"))
    # Only the calls: what stands around them is blanked out with a letter, which is no Python.
    words = "\n".join(_CALL.findall(calls))
    yield from extract_python(io.BytesIO(words.encode()), keywords, comment_tags, options)


def collected() -> Catalog:
    """Every wording of the house's rooms, and those that we say in a library's stead."""
    catalogue = Catalog(project="Civium", fuzzy=False)
    found = extract_from_dir(
        str(ROOT / "civium"), _METHODS, _OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for name, _line, message, comments, context in found:
        catalogue.add(message, locations=[(f"civium/{name}", 0)], auto_comments=comments, context=context)
    for borrowed in read_borrowed():
        catalogue.add(
            borrowed.id, flags=borrowed.flags, locations=[(BORROWED.relative_to(ROOT).as_posix(), 0)]
        )
    return catalogue


def read_borrowed() -> list[Message]:
    """The wordings of Django and allauth that our catalogues translate."""
    with BORROWED.open("rb") as words:
        return [message for message in read_po(words) if message.id]


def catalogue_path(language: str) -> Path:
    """Where translators find the words of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """What has been translated so far; nothing yet for a new language."""
    path = catalogue_path(language)
    return read_po(io.BytesIO(path.read_bytes() if path.is_file() else _header(language)), locale=language)


def collect_words() -> None:
    """Bring every language's catalogue up to date; what is no longer said is dropped, what is new is left empty."""
    template = collected()
    for language in LANGUAGES:
        catalogue = read_catalogue(language)
        catalogue.update(template, no_fuzzy_matching=True)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue, language))
        wordings = [message for message in catalogue if message.id]
        missing = sum(not is_translated(message) for message in wordings)
        say(f"  {language}: {len(wordings)} wordings, {missing} without a translation")


def written(catalogue: Catalog, language: str) -> bytes:
    """The catalogue as a file, the same on every machine and every day."""
    out = io.BytesIO()
    write_po(
        out,
        catalogue,
        width=110,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return _header(language) + out.getvalue().rstrip(b"\n") + b"\n"


def _header(language: str) -> bytes:
    name, plural_forms = LANGUAGES[language]
    return _HEADER.format(name=name, code=language, plural_forms=plural_forms).encode()


def is_translated(message: Message) -> bool:
    """True when every form of the message has words, and nobody marked them as a guess."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy


def compile_words() -> None:
    """Write the ``.mo`` file beside every ``.po`` file."""
    for language in LANGUAGES:
        with catalogue_path(language).with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_catalogue(language))


if __name__ == "__main__":
    {"collect": collect_words, "compile": compile_words}[sys.argv[1]]()
