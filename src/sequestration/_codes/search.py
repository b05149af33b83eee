"""Search entries by title, category and trade words, tolerating one typo.

An entry is a code with its title, more words (its category, a note, the official wording) and its categories.
``data/codes/words.csv`` says which codes and categories a trade word means.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import log1p

import attrs

from sequestration._data import shipped_rows

__all__ = ["Entry", "Index", "near"]

_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = re.compile(
    "a|an|and|as|at|by|did|do|does|for|from|has|have|in|is|it|its|no|of|on|or|so|than|that|the|this|to|was|were|with"
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
_MIN_STEM_LENGTH = 3
_MIN_TYPO_LENGTH = 4

# Weights: the first code that a trade word means outranks any title that merely contains the word, and a code in use
# outranks a stopped code that matches as well.
_MEANT = 20.0
_MEANT_STEP = 4.0
_CATEGORY_MEANT = 4.0
_IN_TITLE = 4.0
_IN_FURTHER = 1.5
_BEGINS = 0.6
_PHRASE = 2.0
_MIN_RARITY = 0.1
_RETIRED = 0.6
_MIN_SHARE = 0.05


@attrs.frozen
class Entry:
    """Searchable words of one code."""

    code: str
    title: str
    further: str
    category: str
    retired: bool = False


@attrs.frozen
class _Meaning:
    """Meaning of a trade phrase: codes, the most likely first, and categories."""

    stems: tuple[str, ...]
    codes: tuple[str, ...]
    categories: tuple[str, ...]


class Index:
    """Search index of the entries of one table.

    Args:
        name: Kind of the codes: CARC, RARC or PLB.
        entries: Entries in code order.
    """

    def __init__(self, name: str, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._phrases = _phrases(name)
        self._in_title = _places(entry.title for entry in entries)
        self._in_further = _places(f"{entry.further} {entry.category}" for entry in entries)
        self._of_code = {entry.code: n for n, entry in enumerate(entries)}
        self._of_category = _grouped((entry.category, n) for n, entry in enumerate(entries))
        texts = (f"{entry.title} {entry.further} {entry.category}" for entry in entries)
        self._words = {word for text in [*texts, *self._phrases] for word in _words(text)}
        self._stems = {_stem(word) for word in self._words}

    def find(self, words: str) -> list[str]:
        """Codes of the entries that match the words, best match first."""
        wanted = [self._corrected(word) for word in _words(words)]
        stems = [_stem(word) for word in wanted]
        telling = [_stem(word) for word in wanted if not _EMPTY.fullmatch(word)]
        scores = self._scores(telling or stems)
        for n, points in self._meant(stems):
            scores[n] += points
        for n in scores:
            scores[n] *= _RETIRED if self._entries[n].retired else 1
        least = max(scores.values(), default=0.0) * _MIN_SHARE
        plain = " ".join(words.lower().split())
        exact = [n for n, entry in enumerate(self._entries) if plain and entry.title.lower() == plain]
        ranked = sorted((n for n, score in scores.items() if score > least), key=lambda n: (-scores[n], n))
        return [self._entries[n].code for n in dict.fromkeys([*exact, *ranked])]

    def _scores(self, stems: Sequence[str]) -> defaultdict[int, float]:
        """Score each entry by its matching words; rare words and full matches count more."""
        hits: defaultdict[int, list[float]] = defaultdict(list)
        for stem in stems:
            for n, weight in self._weights(stem).items():
                hits[n].append(weight)
        scores: defaultdict[int, float] = defaultdict(float)
        for n, weights in hits.items():
            scores[n] = sum(weights) * len(weights) / len(stems)
            if len(stems) > 1 and all(n in self._in_title.get(stem, ()) for stem in stems):
                scores[n] += _PHRASE
        return scores

    def _weights(self, stem: str) -> dict[int, float]:
        """The entries with a word, or with one that begins with it, each with its weight."""
        weights: dict[int, float] = {}
        for places, weight in ((self._in_further, _IN_FURTHER), (self._in_title, _IN_TITLE)):
            if len(stem) >= _MIN_STEM_LENGTH:
                for held in (other for other in places if other.startswith(stem)):
                    weights |= dict.fromkeys(places[held], weight * _BEGINS)
            weights |= dict.fromkeys(places.get(stem, ()), weight)
        if not weights:
            return weights
        rarity = max(1 - log1p(len(weights)) / log1p(len(self._entries)), _MIN_RARITY)
        return {n: weight * rarity for n, weight in weights.items()}

    def _meant(self, stems: Sequence[str]) -> Iterator[tuple[int, float]]:
        """Score the entries that the trade words mean, the most likely entry highest."""
        for meaning in _meanings(stems, self._phrases):
            share = len(meaning.stems) / len(stems)
            for place, code in enumerate(meaning.codes):
                if code in self._of_code:
                    yield self._of_code[code], (_MEANT - _MEANT_STEP * place) * share
            for category in meaning.categories:
                for n in self._of_category.get(category, ()):
                    yield n, _CATEGORY_MEANT * share

    def _corrected(self, word: str) -> str:
        """The word itself if it is known, else a known word that is one typo away."""
        if len(word) < _MIN_TYPO_LENGTH or word.isdigit() or _stem(word) in self._stems:
            return word
        if any(known.startswith(word) for known in self._words):
            return word
        return min(near(word, self._words), key=lambda known: (-self._holders(known), known), default=word)

    def _holders(self, word: str) -> int:
        return len(self._in_title.get(_stem(word), ())) + len(self._in_further.get(_stem(word), ()))


def near(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are one typo away.

    A typo is one letter added, left out or changed, or two neighboring letters swapped.

    >>> near("tmiely", ["timely", "duplicate"])
    ['timely']
    """
    return sorted(candidate for candidate in known if _one_typo(word, candidate))


def _one_typo(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    swapped = len(left) > 1 and left[1::-1] == right[:2] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _stem(word: str) -> str:
    """Strip the ending of a word, so that filed, files and filing are the same."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_LENGTH:
            return word.removesuffix(ending)
    return word


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _places(texts: Iterable[str]) -> dict[str, set[int]]:
    """For each stem, the numbers of the texts that contain it."""
    return _grouped(
        (_stem(word), n) for n, text in enumerate(texts) for word in _words(text) if not _EMPTY.fullmatch(word)
    )


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for key, n in pairs:
        groups[key].add(n)
    return dict(groups)


@cache
def _phrases(name: str) -> Mapping[str, _Meaning]:
    return {
        row.filled("phrase"): _Meaning(
            tuple(_stem(word) for word in row.words("phrase")), row.words(name.lower()), row.words("categories")
        )
        for row in shipped_rows("codes/words.csv", ("phrase", "carc", "rarc", "plb", "categories"))
    }


def _meanings(stems: Sequence[str], phrases: Mapping[str, _Meaning]) -> list[_Meaning]:
    """The meanings of the phrases in the query; of overlapping phrases, the longest.

    A single word that is no phrase has the meanings of all one-word phrases that begin with it ("crossov", "precer").
    """
    found = [meaning for meaning in phrases.values() if _holds(stems, meaning.stems)]
    if not found and len(stems) == 1 and len(stems[0]) >= _MIN_STEM_LENGTH:
        return [phrases[word] for word in phrases if " " not in word and word.startswith(stems[0])]
    return [meaning for meaning in found if not any(_is_part(meaning.stems, other.stems) for other in found)]


def _is_part(phrase: Sequence[str], of: Sequence[str]) -> bool:
    return len(phrase) < len(of) and _holds(of, phrase)


def _holds(stems: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(tuple(stems[n : n + len(phrase)]) == tuple(phrase) for n in range(len(stems) - len(phrase) + 1))
