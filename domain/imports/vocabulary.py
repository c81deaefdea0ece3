"""The words that lists use for relations, sexes, classes, ticks and causes, and how they are found.

A cell is one of the words as it is spelt; or the same without diacritics, word by word, where no
other of them could be meant. A word with other diacritics is another word: "bạn thân" is no
"bản thân".
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from domain.households.codes import CAUSES as CAUSES_IN_WORDS

T = TypeVar("T")

_LIKE_D = str.maketrans({"ð": "đ", "ɖ": "đ"})  # U+00F0 and U+0256 look like U+0111
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORDS = re.compile(r"[^\W_]+")


class Vocabulary(Generic[T]):
    """Words with what each means. Terms are given as they are spelt, in lower case."""

    def __init__(self, terms: Mapping[str, T]) -> None:
        self._spelt = {_spelling(term): meaning for term, meaning in terms.items()}
        self._bare: dict[tuple[str, ...], list[tuple[tuple[str, ...], T]]] = {}
        for words, meaning in self._spelt.items():
            self._bare.setdefault(_without_diacritics(words), []).append((words, meaning))

    def find(self, written: str) -> T | None:
        """Returns the meaning of the words of a cell; None for words unknown or of two meanings."""
        words = _spelling(written)
        if words in self._spelt:
            return self._spelt[words]
        bare = _without_diacritics(words)
        meanings = {
            meaning
            for known, meaning in self._bare.get(bare, ())
            if all(
                word in (one, plain) for word, one, plain in zip(words, known, bare, strict=True)
            )
        }
        return meanings.pop() if len(meanings) == 1 else None


@lru_cache(maxsize=16_384)
def _spelling(text: str) -> tuple[str, ...]:
    """The words of a text without signs and case, the tone of each behind it: it may stand on
    either of two vowels ("hoà", "hòa")."""
    folded = unicodedata.normalize("NFC", text.casefold().translate(_LIKE_D))
    return tuple(_tone_last(word) for word in _WORDS.findall(folded))


def _tone_last(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in signs if sign in _TONES)
    return "".join(sign for sign in signs if sign not in _TONES) + tones


def _without_diacritics(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        "".join(sign for sign in word if not unicodedata.combining(sign)).replace("đ", "d")
        for word in words
    )


RELATIONS = Vocabulary({
    "chủ hộ": "head", "ch": "head", "bản thân": "head", "bản thân chủ hộ": "head",
    "vợ": "spouse", "chồng": "spouse", "vợ chồng": "spouse", "vợ chủ hộ": "spouse",
    "chồng chủ hộ": "spouse",
    "con": "child", "con đẻ": "child", "con trai": "child", "con gái": "child",
    "con ruột": "child", "con nuôi": "child", "con riêng": "child",
    "con vợ": "child", "con chồng": "child",
    "con dâu": "child_in_law", "con rể": "child_in_law", "con rễ": "child_in_law",
    "con dâu con rể": "child_in_law", "dâu": "child_in_law", "rể": "child_in_law",
    "rễ": "child_in_law",
    "cha": "parent", "mẹ": "parent", "bố": "parent", "cha mẹ": "parent", "bố mẹ": "parent",
    "cha đẻ": "parent", "mẹ đẻ": "parent", "bố đẻ": "parent", "ba": "parent", "má": "parent",
    "mạ": "parent",
    "mẹ ruột": "parent", "cha ruột": "parent", "mẹ kế": "parent", "mẹ nuôi": "parent",
    "cha vợ": "parent_in_law", "mẹ vợ": "parent_in_law", "cha chồng": "parent_in_law",
    "mẹ chồng": "parent_in_law", "bố vợ": "parent_in_law", "bố chồng": "parent_in_law",
    "cha mẹ vợ chồng": "parent_in_law", "bố mẹ vợ": "parent_in_law",
    "ông": "grandparent", "bà": "grandparent", "bà nội": "grandparent", "bà ngoại": "grandparent",
    "ông nội": "grandparent", "ông ngoại": "grandparent", "ông bà": "grandparent",
    "cháu": "grandchild", "cháu nội": "grandchild", "cháu ngoại": "grandchild",
    "cháu nội ngoại": "grandchild", "cháu ruột": "grandchild",
    "cháu nội cháu ngoại": "grandchild",
    "anh": "sibling", "chị": "sibling", "em": "sibling", "anh trai": "sibling",
    "chị gái": "sibling", "em trai": "sibling", "em gái": "sibling", "anh chị em": "sibling",
    "anh ruột": "sibling", "chị ruột": "sibling", "em ruột": "sibling", "anh em": "sibling",
    "cháu gọi cô dì chú bác": "niece_nephew", "cháu gọi bằng chú": "niece_nephew",
    "cháu họ": "niece_nephew", "cháu gọi chú": "niece_nephew", "cháu gọi bác": "niece_nephew",
    "cháu gọi cô": "niece_nephew", "cháu gọi dì": "niece_nephew", "cháu gọi cậu": "niece_nephew",
    "họ hàng": "other_relative", "họ hàng khác": "other_relative", "chú": "other_relative",
    "bác": "other_relative", "cô": "other_relative", "dì": "other_relative",
    "cậu": "other_relative", "em dâu": "other_relative", "em rể": "other_relative",
    "em rễ": "other_relative", "anh rể": "other_relative", "anh rễ": "other_relative",
    "chị dâu": "other_relative", "em vợ": "other_relative", "em chồng": "other_relative",
    "cháu dâu": "other_relative", "cháu rể": "other_relative", "cháu rễ": "other_relative",
    "anh họ": "other_relative", "chị họ": "other_relative", "em họ": "other_relative",
    "cụ": "other_relative", "chắt": "other_relative", "thân nhân": "other_relative",
    "người thân": "other_relative",
    "khác": "other", "ở nhờ": "other", "không": "other", "người ở nhờ": "other",
})  # fmt: skip
"""The relation to the head. A bare "cháu" is taken as a grandchild; "ba" is a father, as in the
south, and "bà" a grandmother."""

SEXES = Vocabulary({"nam": "male", "nữ": "female", "nử": "female"})

TICKS = Vocabulary({
    "x": True, "có": True, "1": True, "v": True, "true": True, "đúng": True, "yes": True,
    "không": False, "0": False, "false": False, "no": False, "k": False, "sai": False,
})  # fmt: skip

CAUSES = Vocabulary(
    {text: code for code, text in CAUSES_IN_WORDS.items()}
    | {code: code for code in CAUSES_IN_WORDS}
)

CLASSES = Vocabulary({
    "nghèo": "poor", "hộ nghèo": "poor", "hn": "poor", "n": "poor",
    "cận nghèo": "near_poor", "hộ cận nghèo": "near_poor", "hcn": "near_poor",
    "cn": "near_poor", "cận": "near_poor",
    "trung bình": "average", "mức sống trung bình": "average", "mstb": "average",
    "hộ có mức sống trung bình": "average", "có mức sống trung bình": "average",
    "hộ mức sống trung bình": "average", "hộ trung bình": "average",
    "không nghèo": "not_poor", "hộ không nghèo": "not_poor",
})  # fmt: skip

LISTINGS = Vocabulary({
    "nghèo cũ": "old", "cũ": "old", "cận nghèo cũ": "old",
    "nghèo mới": "new", "mới": "new", "cận nghèo mới": "new", "phát sinh mới": "new",
    "phát sinh": "new",
    "tái nghèo": "again", "tái cận nghèo": "again", "tái": "again",
    "chuyển đến": "moved_in",
})  # fmt: skip

EXITS = Vocabulary({
    "cận nghèo": "near_poor", "hộ cận nghèo": "near_poor", "hcn": "near_poor", "cn": "near_poor",
    "trở thành hộ cận nghèo": "near_poor", "trở thành cận nghèo": "near_poor",
    "thoát nghèo trở thành hộ cận nghèo": "near_poor", "thành hộ cận nghèo": "near_poor",
    "chuyển sang hộ cận nghèo": "near_poor", "chuyển sang cận nghèo": "near_poor",
    "thoát nghèo còn cận nghèo": "near_poor", "thoát nghèo chuyển sang cận nghèo": "near_poor",
    "xuống cận nghèo": "near_poor", "thoát nghèo chuyển sang hộ cận nghèo": "near_poor",
    "thoát nghèo thành cận nghèo": "near_poor", "còn cận nghèo": "near_poor",
    "vượt chuẩn cận nghèo": "not_poor", "thoát nghèo vượt chuẩn cận nghèo": "not_poor",
    "vượt chuẩn hộ cận nghèo": "not_poor", "trên chuẩn cận nghèo": "not_poor",
    "thoát cận nghèo": "not_poor", "không nghèo": "not_poor", "hộ không nghèo": "not_poor",
    "thoát nghèo thoát cận nghèo": "not_poor", "vượt chuẩn nghèo và cận nghèo": "not_poor",
    "ra khỏi danh sách": "not_poor",
    "trung bình": "average", "mức sống trung bình": "average", "mstb": "average",
    "hộ có mức sống trung bình": "average", "có mức sống trung bình": "average",
    "hộ mức sống trung bình": "average",
    "thoát nghèo": "", "hộ thoát nghèo": "", "hộ thoát cận nghèo": "not_poor",
})  # fmt: skip
"""What a household became that left poverty or near-poverty. "Thoát nghèo" alone does not say."""
