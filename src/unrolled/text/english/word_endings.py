"""The regular endings of English: put on, and taken off again.

    with_s     cat → cats        box → boxes       try → tries      go → goes
    with_ed    walk → walked     hope → hoped      stop → stopped   try → tried
    with_ing   walk → walking    hope → hoping     stop → stopping  die → dying
    with_er    big → bigger      easy → easier     (and -est)
    with_ly    quick → quickly   easy → easily     simple → simply

    without_s("tries") = [try, trie]               the likeliest word first

What takes an ending off gives only words that get exactly this form when the ending is
put back on. Where several do (visit and visite give visiting), a rule about the last
letters puts one first; who has a list of words can choose better.
"""

import re
from collections.abc import Callable

_VOWELS = frozenset("aeiou")
_ONE_SYLLABLE = re.compile(r"(?:y?[^aeiouy]*|[^aeiouy]*qu)[aeiou][^aeiouwxyh]")
_STRESSED = re.compile(  # prefer → preferred, but offer → offered
    r"(?:pre|re|con|in|de|trans)fer|(?:oc|re|in|con)cur|(?:ad|com|o|per|sub|trans)mit"
    r"|(?:com|dis|ex|im|pro|re)pel|control|patrol|enrol|rebel|excel|equip|acquit|regret"
    r"|begin|forget|forbid|upset|unzip|unplug|deter|allot|outwit"
)
_WITH_E = re.compile(  # mak-ing, chang-ing, us-ing, handl-ing, decid-ing, creat-ing
    r".*(?:[vc]|[^aeo]u|[^z]z|[dr]g|[aeu]ng|[nrlp]s|[aeiou]s|[^aeioulrw]l"
    r"|(?:[^aeiou]|qu|[iu](?=at)|cre(?=at))[aeiouy][^aeiouwxy])"
)
_WITHOUT_E = re.compile(r".*(?:e[rnlt]|o[rnpm]|al|i[tp]|ocus|bias)")
_YET_WITH_E = re.compile(
    r".*(?:invit|unit|ignit|recit|excit|plet|delet|compet|ignor|plor|stor|ador|erfer"
    r"|dher|sever|erven|onven|postpon|nhal|xhal)|tast|wast|past|hast|breath|bath|cloth"
)
_ADVERBS = {
    **{"true": "truly", "due": "duly", "whole": "wholly", "public": "publicly"},
    **{"full": "fully", "dull": "dully"},
    **{"simple": "simply", "gentle": "gently", "subtle": "subtly", "ample": "amply"},
}


def _ends_in_y(word: str) -> bool:
    """A y behind a consonant, as in try and easy, not in play."""
    return word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS


def _before_vowel(word: str) -> str:
    """Stop and prefer double their last letter, visit does not; panic gets a k."""
    if _ONE_SYLLABLE.fullmatch(word) or _STRESSED.fullmatch(word):
        return word + word[-1]
    return word + "k" if word.endswith(("anic", "imic", "ffic")) else word


def with_s(word: str) -> str:
    """The plural of a noun, and the third person of a verb."""
    if _ends_in_y(word):
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")) or word in ("go", "do", "undergo"):
        return word + "es"
    return word + "s"


def with_ed(word: str) -> str:
    """The past of a regular verb."""
    if _ends_in_y(word):
        return word[:-1] + "ied"
    return word + "d" if word.endswith("e") else _before_vowel(word) + "ed"


def with_ing(word: str) -> str:
    """The form of a verb in -ing."""
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and len(word) > 2:
        return word[:-1] + "ing"
    return _before_vowel(word) + "ing"


def with_er(word: str, ending: str = "er") -> str:
    """The comparative of a short adjective; with "est" the superlative."""
    if _ends_in_y(word):
        return word[:-1] + "i" + ending
    return word + ending[1:] if word.endswith("e") else _before_vowel(word) + ending


def with_ly(word: str) -> str:
    """The adverb of an adjective."""
    if word in _ADVERBS:
        return _ADVERBS[word]
    if _ends_in_y(word) and len(word) > 3:
        return word[:-1] + "ily"
    if word.endswith("le") and len(word) > 4 and word[-3] not in _VOWELS:
        return word[:-1] + "y"
    if word.endswith("ic"):
        return word + "ally"
    return word + ("y" if word.endswith("ll") else "ly")


def without_s(word: str) -> list[str]:
    """Words whose form in -s this is."""
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return []
    found = [word[:-1], word[:-2]]
    if word.endswith("ies"):
        found.insert(0 if len(word) > 4 else 2, word[:-3] + "y")
    elif word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        found.reverse()
    return _giving(word, with_s, found)


def without_ed(word: str) -> list[str]:
    """Words whose form in -ed this is."""
    if len(word) < 4 or not word.endswith("ed"):
        return []
    found = []
    if word.endswith("ied"):  # tied and died have too few letters for ty and dy
        found = [word[:-3] + "y"] if len(word) > 4 else [word[:-1]]
    return _giving(word, with_ed, [*found, *_stems(word[:-2])])


def without_ing(word: str) -> list[str]:
    """Words whose form in -ing this is."""
    if len(word) < 5 or not word.endswith("ing"):
        return []
    stem = word[:-3]
    found = [stem[:-1] + "ie"] if stem.endswith("y") and len(stem) < 3 else []
    return _giving(word, with_ing, [*found, *_stems(stem)])


def without_er(word: str, ending: str = "er") -> list[str]:
    """Adjectives whose comparative this is; with "est" whose superlative."""
    if len(word) < 5 or not word.endswith(ending):
        return []
    stem = word[: -len(ending)]
    found = [stem[:-1] + "y"] if stem.endswith("i") else []
    return _giving(word, lambda plain: with_er(plain, ending), [*found, *_stems(stem)])


def without_ly(word: str) -> list[str]:
    """Adjectives whose adverb this is."""
    if len(word) < 5 or not word.endswith("ly"):
        return []
    stem = word[:-2]
    found = [stem[:-1] + "y"] if stem.endswith("i") else []
    found += [plain for plain, adverb in _ADVERBS.items() if adverb == word]
    found += [stem[:-2]] if stem.endswith(("matical", "ifical", "basical")) else []
    found += [word[:-1] + "e"] if stem.endswith("b") else []
    return _giving(word, with_ly, [*found, stem, word[:-1] + "e", word[:-1]])


def _stems(stem: str) -> list[str]:
    """What a stem before -ed or -ing may come from: visit, mak, stopp, travell."""
    if _VOWELS.isdisjoint(stem.replace("y", "i")):
        return []
    found = [stem, stem + "e"]
    if _YET_WITH_E.fullmatch(stem) or (
        _WITH_E.fullmatch(stem) and not _WITHOUT_E.fullmatch(stem)
    ):
        found.reverse()
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "eosz":
        # Fill and roll have two letters of their own, and so has nearly every -ll.
        found.insert(1 if stem[-1] in "lf" and len(stem) < 6 else 0, stem[:-1])
    return [stem[:-1], *found] if stem.endswith("ck") else found


def _giving(form: str, ending: Callable[[str], str], words: list[str]) -> list[str]:
    """Those that have a vowel and get that form, each once, in their order."""
    return [
        word
        for word in dict.fromkeys(words)
        if len(word) > 1
        # Travelled, as it is spelled in Britain, comes from travel too.
        if form == ending(word) or (word[-1] == "l" and form == ending(word + "l"))
    ]
