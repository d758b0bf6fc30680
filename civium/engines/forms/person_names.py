"""In which order, and with what between them, a given and a family name are written.

The Unicode CLDR's rules for person names (LDML part 8), as far as two parts need them: a name in another script than the reader's is
written as the script's own language does, else as the reader's. ``Amina Haddad``, ``山田太郎``, ``Kovács Anna`` for Hungarian readers.
"""

from __future__ import annotations

import unicodedata

# Languages that put the family name first, and those that write nothing between the parts (CLDR 48, person names).
FAMILY_FIRST = frozenset({"hu", "ja", "km", "ko", "ta", "vi", "yue", "zh"})
NOTHING_BETWEEN = frozenset({"ja", "ko", "yue", "zh"})
# Whose script is what, where that says something about the order; by the beginning of a letter's Unicode name.
_LANGUAGES = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "kana",
    "HANGUL": "ko",
    "KHMER": "km",
    "TAMIL": "ta",
}
_SCRIPTS = {"zh": {"zh", "yue", "ja"}, "ja": {"ja"}, "ko": {"ko"}, "km": {"km"}, "ta": {"ta"}}


def puts_family_first(language: str) -> bool:
    """Whether readers of the language expect the family name first."""
    return language.split("-")[0] in FAMILY_FIRST


def join_name(given: str, family: str, language: str = "und") -> str:
    """Both parts as one name, for readers of the language; ``und``: as the script they are in has it. Either may be empty."""
    if not (given and family):
        return given or family
    script = _language_of(family + given)
    reader = language.split("-")[0]
    if script == "kana":  # how Japanese writes names from elsewhere
        return f"{given}・{family}"
    if script:
        reader = reader if reader in _SCRIPTS[script] else script
    elif reader not in {"hu", "vi"}:
        reader = "und"
    between = "" if reader in NOTHING_BETWEEN else " "
    return f"{family}{between}{given}" if reader in FAMILY_FIRST else f"{given}{between}{family}"


def _language_of(name: str) -> str:
    """The language whose script the letters are in; empty when that decides nothing. Han with kana is Japanese."""
    found = {
        _LANGUAGES.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0], "")
        for letter in name
        if letter.isalpha()
    }
    if found == {"kana"}:
        return "kana"
    if found & {"ja", "kana"} and found <= {"zh", "ja", "kana"}:
        return "ja"
    return found.pop() if len(found) == 1 else ""
