"""Running prose out of the source of a Wikipedia article.

    '''Albedo''' ({{IPAc-en|æ|l}}) is the [[diffuse reflection|reflectivity]] of
    a surface.<ref>Coakley 2003</ref>

    Albedo is the reflectivity of a surface.

Comments, references, tables, pictures, headings and lists are left out. A template is
left out too unless its words belong to the sentence, such as a length or a foreign
word. A paragraph with a formula would have a hole in it, and is left out whole.
"""

import html
import re
from collections.abc import Callable
from itertools import groupby

_FORMULA = "\x00"
"""Stands where a formula was, until its paragraph is left out."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EMPTY_TAG = re.compile(r"<(?:ref|references)\b[^<>]*/>", re.IGNORECASE)
_MATH = re.compile(r"<math\b[^<>]*>.*?</math>", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(ref|gallery|timeline|source|syntaxhighlight|imagemap|score|pre|references)\b"
    r"[^<>]*>.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)
# These two match what holds no other of its kind; they are applied until nothing is
# left to replace. Links and templates stand in each other, hence one pattern.
_TABLE = re.compile(r"\{\|(?:(?!\{\||\|\}).)*\|\}", re.DOTALL)
_INSIDE = r"((?:(?!\{\{|\}\}|\[\[|\]\]).)*)"
_INNERMOST = re.compile(rf"\{{\{{{_INSIDE}\}}\}}|\[\[{_INSIDE}\]\]", re.DOTALL)
_OUTER_LINK = re.compile(r"\[(?:https?:)?//[^\s\]]+\s*([^\]]*)\]")
_NOT_PROSE = re.compile(r"(?:file|image|category|media)\s*:", re.IGNORECASE)
_QUOTES = re.compile(r"'{2,}")
_POWER = re.compile(r"<sup>([^<]*)</sup>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
# What a template leaves behind in brackets: "Algeria (; , )" becomes "Algeria".
_BRACKETS = [
    (re.compile(r"\(\s*(?:[,;:/]\s*|or\s+(?=[,;)]))+"), "("),
    (re.compile(r"(?:\s*[,;:/])+\s*\)"), ")"),
    (re.compile(r"([,;])(?:\s*[,;])+"), r"\1"),
    (re.compile(r"\s*\(\s*\)"), ""),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r"\s+(?=[,.;:](?:\s|$)|\))"), ""),
]
# Lines that begin like this; a paragraph goes on until another line or an empty one.
_PROSE = re.compile(r"[^\W_]|[\"'“‘(\[$£€]")  # noqa: RUF001
_END = re.compile(r"[.!?…][\"'”’)\]]*$")  # noqa: RUF001


def paragraphs(source: str) -> list[str]:
    """The paragraphs of running text, each on one line, in their order."""
    for pattern in (_COMMENT, _EMPTY_TAG):
        source = pattern.sub("", source)
    source = _ELEMENT.sub("", _MATH.sub(_FORMULA, source))
    source = _OUTER_LINK.sub(r"\1", source)
    source = _until_still(_INNERMOST, _inner, source)
    source = _until_still(_TABLE, lambda _: "", source)
    blocks = groupby(source.split("\n"), key=lambda line: bool(_PROSE.match(line)))
    lines = (_line(" ".join(block)) for is_prose, block in blocks if is_prose)
    return [line for line in lines if _END.search(line) and _FORMULA not in line]


def _until_still(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str
) -> str:
    count = 1
    while count:
        text, count = pattern.subn(replace, text)
    return text


def _inner(found: re.Match[str]) -> str:
    return _link(found[2]) if found[1] is None else _template(found[1])


def _link(inside: str) -> str:
    """From "Aristotle|the philosopher" the last part; nothing from a picture."""
    if _NOT_PROSE.match(inside):
        return ""
    return inside.rpartition("|")[2].removeprefix(":")


def _line(line: str) -> str:
    line = _POWER.sub(lambda m: m[1].translate(_RAISED), _QUOTES.sub("", line))
    line = " ".join(html.unescape(_TAG.sub("", line)).split())
    for pattern, instead in _BRACKETS:
        line = pattern.sub(instead, line)
    return line.strip()


_FIRST = ("angbr", "big", "ipa", "large", "linktext", "nihongo", "nowrap", "sc", "vr")
"""Templates that only set their first argument in another way."""
_SIGNS = {
    "'": "'",
    "'s": "'s",
    "mdash": "—",
    "mdashb": "—",
    "nbsp": " ",
    "ndash": "–",
    "snd": " – ",
    "spaced ndash": " – ",
}
_BETWEEN = ("-", "and", "by", "or", "to", "x", "×", "–")
_UNITS = {
    "C": "°C",
    "F": "°F",
    "acre": "acres",
    "ft": "feet",
    "in": "inches",
    "km2": "km²",
    "lb": "pounds",
    "m2": "m²",
    "mi": "miles",
    "sqmi": "square miles",
    "sqft": "square feet",
    "yd": "yards",
}


def _template(inside: str) -> str:
    """What stands in the sentence for one template, given without its braces."""
    name, *fields = (field.strip() for field in inside.split("|"))
    name = name.lower()
    given = [field for field in fields if field and "=" not in field]
    if not given or name in _SIGNS:
        return _SIGNS.get(name, "")
    if name in _FIRST:
        return given[0]
    if name in ("lang", "transl", "rtl-lang"):
        return given[-1]
    if name in ("as of", "chem", "frac"):
        return {
            "as of": f"As of {given[0]}",
            "chem": "".join(given),
            "frac": "/".join(given),
        }[name]
    return _measure(given) if name in ("convert", "cvt") else ""


def _measure(given: list[str]) -> str:
    """From "5|to|10|km|mi" the words "5 to 10 km", without the other unit."""
    words = given[:1]
    while len(given) > len(words) + 1 and given[len(words)] in _BETWEEN:
        words += given[len(words) : len(words) + 2]
    unit = given[len(words)] if len(given) > len(words) else ""
    return " ".join([*words, _UNITS.get(unit, unit)]).strip()
