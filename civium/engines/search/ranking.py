"""The order in which documents answer a query.

A document's score is the sum, over the telling words of the query, of how well its best word answers, how rare that word is and
how heavily it stands there (`weighing`); less when part of the query was not answered; a little more when
words that were typed side by side stand side by side in the title.

Of a common word only the heaviest documents are read (`shelves.Term`), however many have it. When that leaves open whether
a document has another word of the query too, the bitmaps of the common words are asked, and the best are weighed exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest, nsmallest
from itertools import pairwise
from typing import NamedTuple

from .explaining import Explainer
from .schema import Found, Hit, How
from .shelves import Kept, Shelf, Term
from .understanding import Asked, Understood, understand
from .words import split_words, stems

_PHRASE = 0.1
_WHOLENESS = (
    0.7  # 0: a word too many costs nothing; 1: a document that answers half the query is half as good
)
_LOOKED_AT = 30  # documents whose titles are read for phrases
_SPARE = 2  # for documents that were removed while their words were read
_MOST_OF_ANOTHER = 100  # documents read of a word that was not typed itself
_WEIGHED_EXACTLY = 60
_HEAVIEST_ASKED = 256
_MOST_SHARED = 200
_EVERY = 2**31


_Gains = dict[int, float]


class _Answers(NamedTuple):
    """What one word of the query adds, by document: to the score, and to the share of the query that is answered."""

    gains: _Gains
    worths: _Gains


def find_on(
    shelf: Shelf, query: str, *, limit: int, as_typed: bool = False, only_known: bool = False
) -> Found:
    """The documents of one shelf that answer a query, best first. See `understanding.understand`."""
    understood = understand(query, shelf, as_typed=as_typed, only_known=only_known)
    scores = _scores(shelf, understood, limit)
    enough = max(limit, _LOOKED_AT if len(understood.words) > 1 else 0) + _SPARE
    best = nsmallest(enough, scores, key=lambda number: (-scores[number], number))
    kept = shelf.kept(best)
    if len(understood.words) > 1:
        scores = _with_phrases(shelf.language, understood.words, scores, kept)
    ordered = sorted(kept, key=lambda number: (-scores[number], kept[number].id))[:limit]
    explainer = Explainer(understood.asked, shelf.language)
    hits = tuple(_hit(shelf, kept[number], scores[number], explainer) for number in ordered)
    did_you_mean = understood.respelled if understood.respelled != query else ""
    unknown = tuple(each.typed for each in understood.asked if not _stands_somewhere(each))
    return Found(hits, did_you_mean, understood.near_words, unknown)


def _stands_somewhere(asked: Asked) -> bool:
    return any(option.how in (How.SAME, How.SYNONYM) for option in asked.options)


def _hit(shelf: Shelf, kept: Kept, score: float, explainer: Explainer) -> Hit:
    fields = kept.fields
    return Hit(
        id=kept.id,
        score=score,
        language=shelf.language,
        because=explainer.reasons(fields),
        source=kept.source,
        title=fields.get("title", ""),
        summary=fields.get("summary", ""),
        address=kept.address,
    )


def _scores(shelf: Shelf, understood: Understood, limit: int) -> _Gains:
    asked = understood.asked
    if len(asked) == 1:
        alone = limit + _SPARE if len(asked[0].options) == 1 else _EVERY
        return _share_answered(_answers(asked[0], understood.terms, alone), asked)
    is_open = [_is_open(each, understood.terms) for each in asked]
    answers = [
        _answers(each, understood.terms, _HEAVIEST_ASKED if open_ else _EVERY)
        for each, open_ in zip(asked, is_open, strict=True)
    ]
    if not any(is_open):
        return _share_answered(_totals(answers), asked)
    _guess_the_rest(shelf, understood, answers)
    guessed = _share_answered(_totals(answers), asked)
    best = nlargest(_WEIGHED_EXACTLY, guessed, key=guessed.__getitem__)
    return _share_answered(_weighed(asked, shelf.weights(best)), asked)


def _answers(asked: Asked, terms: Mapping[str, Term], most: int) -> _Answers:
    """What a word adds to each document that one of its options names; the best option counts."""
    found = _Answers({}, {})
    gains, worths = found
    for stem, worth, how, _shown in asked.options:
        term = terms[stem]
        read = most if how is How.SAME or term.is_complete else min(most, _MOST_OF_ANOTHER)
        for number, weight in zip(term.numbers[:read], term.weights[:read], strict=True):
            gain = worth * weight
            if gain > gains.get(number, 0.0):
                gains[number] = gain
                worths[number] = worth
    return found


def _totals(answers: Sequence[_Answers]) -> _Answers:
    gains: _Gains = defaultdict(float)
    worths: _Gains = defaultdict(float)
    for each in answers:
        for number, gain in each.gains.items():
            gains[number] += gain
            worths[number] += each.worths[number]
    return _Answers(gains, worths)


def _share_answered(totals: _Answers, asked: Sequence[Asked]) -> _Gains:
    possible = sum(each.most for each in asked) or 1.0
    if len(asked) == 1 and len(asked[0].options) == 1:
        return totals.gains  # all of them answer it as well as the others
    return {
        number: gain * min(1.0, totals.worths[number] / possible) ** _WHOLENESS
        for number, gain in totals.gains.items()
    }


def _is_open(asked: Asked, terms: Mapping[str, Term]) -> bool:
    """Whether documents may have the very word without being listed for it."""
    return any(option.how is How.SAME and not terms[option.stem].is_complete for option in asked.options)


def _guess_the_rest(shelf: Shelf, understood: Understood, answers: Sequence[_Answers]) -> None:
    """Find the documents that have common words together, and give each the least that the lists show for the word."""
    opened = [
        (at, option, shelf.members(option.stem), understood.terms[option.stem])
        for at, each in enumerate(understood.asked)
        if _is_open(each, understood.terms)
        for option in each.options[:1]
    ]
    opened.sort(key=lambda each: each[3].documents)
    candidates = {
        number
        for each, answer in zip(understood.asked, answers, strict=True)
        if not _is_open(each, understood.terms)
        for number in answer.gains
    }
    if not candidates and len(opened) > 1:
        for at, *_ in opened[:2]:
            candidates.update(answers[at].gains)
        candidates.update(opened[0][2].shared_with(opened[1][2], most=_MOST_SHARED))
    for at, option, members, term in opened:
        gains, worths = answers[at]
        least = option.worth * term.weights[-1]
        for number in candidates:
            if number not in gains and number in members:
                gains[number] = least
                worths[number] = option.worth


def _weighed(asked: Sequence[Asked], weights: Mapping[int, Mapping[str, int]]) -> _Answers:
    """What each word adds to a few documents, exactly."""
    totals = _Answers({}, {})
    for number, of_stem in weights.items():
        best = [
            max(
                (
                    (option.worth * of_stem[option.stem], option.worth)
                    for option in each.options
                    if option.stem in of_stem
                ),
                default=(0.0, 0.0),
            )
            for each in asked
        ]
        totals.gains[number] = sum(gain for gain, _worth in best)
        totals.worths[number] = sum(worth for _gain, worth in best)
    return totals


def _with_phrases(language: str, words: Sequence[str], scores: _Gains, kept: Mapping[int, Kept]) -> _Gains:
    """The scores of documents, with a little more for each pair of words that stands in the title as it was typed."""
    pairs = _pairs_of(words, language)
    return {
        number: scores[number]
        * (1 + _PHRASE * len(pairs & _pairs_of(split_words(each.fields.get("title", "")), language)))
        for number, each in kept.items()
    }


def _pairs_of(words: Sequence[str], language: str) -> set[tuple[str, str]]:
    stemmed = [stems(word, language)[0] for word in words]
    return set(pairwise(stemmed))
