"""From a text in any language to the words it is found by: split, folded, stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache
from threading import local
from typing import Any

_STEMMERS = {
    "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Words that say nothing about what somebody looks for. Only ever dropped beside words that do.
_EMPTY_WORDS = {
    "en": "a an and are at be can do for from get have how i in is it me my need of on or the to want what when where "
    "with you your",
    "es": "a al como con cual cuando cuanto de del donde e el en es esta ha hay he la las le lo los me mi mis necesito no nos o "
    "para pero por puedo que quiero se si su sus te tengo tu tus un una y ya",
    "fr": "a ai au aux avec ce comment d dans de des du elle en est et il j je l la le les ma mes mon ou par pour qu que "
    "quel quelle qui s sa se ses si son sur un une veux vous",
    "ar": "في من على الى عن هذا هذه او و يا ما لا لم لي مع هل كيف اين متى اريد احتاج ان",
}
_EMPTY = {language: frozenset(words.split()) for language, words in _EMPTY_WORDS.items()}


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    """What a word is, with every combining mark: to readers of Hindi or Thai they are letters. Made when first needed."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    begins = [code for code in marks if unicodedata.category(chr(code - 1))[0] != "M"]
    ends = [code for code in marks if unicodedata.category(chr(code + 1))[0] != "M"]
    every_mark = "".join(f"{chr(begin)}-{chr(end)}" for begin, end in zip(begins, ends, strict=True))
    return re.compile(f"(?:[^\\W_]|[{every_mark}])+")


# Letters that Unicode does not take apart, and Arabic spellings that people use for each other.
_SAME_LETTER = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ـ": None,
        "ھ": "ه",
        "ک": "ك",
        "ی": "ي",
    }
)
# Accents, Arabic and Hebrew vowel signs. Marks of other scripts (Hindi, Thai) are letters to their readers and stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
# Scripts written without spaces: Han, kana, Thai, Lao, Khmer, Burmese. Pairs of characters stand in for words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_APOSTROPHES = re.compile("['’ʼ]s\\b|['’ʼ]")
_per_thread = local()  # a stemmer keeps state while it works


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """The word without case, accents and spelling variants: ``Calefacción`` -> ``calefaccion``, ``أُسرة`` -> ``اسره``."""
    return word.lower() if word.isascii() else fold_text(word)


def fold_text(text: str) -> str:
    """The same for a whole text, which is not remembered."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(_SAME_LETTER)


def split_words(text: str) -> list[str]:
    """The words of a text in order, as written; pairs of characters where a script has no spaces."""
    if text.isascii():
        return _ASCII_WORD.findall(_APOSTROPHES.sub(" ", text))
    words: list[str] = []
    for run in _word().findall(_APOSTROPHES.sub(" ", text)):
        last = 0
        for unspaced in _UNSPACED.finditer(run):
            words += [run[last : unspaced.start()]] if run[last : unspaced.start()] else []
            words += _pairs(unspaced.group())
            last = unspaced.end()
        words += [run[last:]] if run[last:] else []
    return words


def is_empty(word: str, language: str) -> bool:
    """Whether the word says nothing about what somebody looks for: "the", "how", a single letter or digit."""
    if fold(word) in _EMPTY.get(language.split("-")[0], ()):
        return True
    return len(word) == 1 and not _UNSPACED.match(word)


@lru_cache(maxsize=4096)
def stems(word: str, language: str) -> tuple[str, ...]:
    """What a word is indexed and looked up by: its stem with and without its accents, folded. Usually one."""
    plain = fold(word)
    if language.split("-")[0] == "ar":
        return (_arabic_stem(plain),)
    stemmer = _stemmer(language)
    if stemmer is None:
        return (plain,)
    stem = fold(stemmer.stemWord(plain))
    if word.lower() == plain:
        return (stem,)
    accented = fold(stemmer.stemWord(word.lower()))
    return (stem,) if accented == stem else (accented, stem)


# Their stemmers take something off a word's beginning.
_BEGINNINGS_CHANGE = {"ar", "ga", "id", "nl", "yi"}


_TEXTS_REMEMBERED, _LONGEST_REMEMBERED = 64, 500


class Answering:
    """Finds the words of texts that have one of a few stems.

    Most texts and words are passed over by the first letters, which a stem keeps: to stem a page of results would cost more
    than to find it. ``every_word``: for those few words that change their beginning.
    """

    def __init__(self, wanted: Set[str], language: str, *, every_word: bool = False) -> None:
        self._wanted, self._language = wanted, language
        self._remembered: dict[str, list[tuple[str, str]]] = {}
        passes_none = every_word or language.split("-")[0] in _BEGINNINGS_CHANGE
        self._beginnings = (
            ("",) if passes_none else tuple({stem[: 3 if len(stem) > 3 else 2] for stem in wanted})
        )

    def words_of(self, text: str) -> list[tuple[str, str]]:
        """Those words, as they are written and in order, each with its stem. The short texts of the last page are remembered."""
        if len(text) > _LONGEST_REMEMBERED:
            return self._find(text)
        known = self._remembered.get(text)
        if known is None:
            if len(self._remembered) >= _TEXTS_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[text] = self._find(text)
        return known

    def _find(self, text: str) -> list[tuple[str, str]]:
        folded = text.lower() if text.isascii() else fold_text(text)
        if not any(beginning in folded for beginning in self._beginnings):
            return []
        return [
            (word, stem)
            for word in split_words(text)
            if fold(word).startswith(self._beginnings)
            for stem in stems(word, self._language)
            if stem in self._wanted
        ]


_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ARABIC_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def _arabic_stem(plain: str) -> str:
    """A folded Arabic word without its article and common endings: the light10 stemmer of Larkey, Ballesteros and Connell (2007)."""
    article = next((each for each in _ARTICLES if plain.startswith(each)), "")
    stem = plain[len(article) :] if len(plain) - len(article) >= 2 else plain
    if not article and stem.startswith("و") and len(stem) > 3:
        stem = stem[1:]
    for ending in _ARABIC_ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 2:
            stem = stem[: -len(ending)]
    return stem


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _stemmer(language: str) -> Any:
    code = language.split("-")[0]
    if code not in _STEMMERS:
        return None
    stemmers = _per_thread.__dict__.setdefault("stemmers", {})
    if code not in stemmers:
        import snowballstemmer  # only processes that search need it

        stemmers[code] = snowballstemmer.stemmer(_STEMMERS[code])
    return stemmers[code]
