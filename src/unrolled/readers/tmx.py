"""Translation memories, TMX: units with the same text in two languages or more.

    <tu>
      <tuv xml:lang="en"><seg>Press <ph x="1">{b}</ph>Start.</seg></tuv>
      <tuv xml:lang="fr"><seg>Appuyez sur Démarrer.</seg></tuv>
    </tu>

The languages are the columns, that of the header's srclang first; a second text in one
language is column "fr 2", a further right answer. Codes of formatting inside a segment
are dropped, highlighted text is kept, line ends in it become blanks. Regions are told
apart (en-us, en-gb) only where a file has two of them for one language.

A document type may be named, but nothing is fetched, and a file that declares entities
of its own is refused: a few lines of them can grow to gigabytes.

Reference: TMX 1.4b, Localization Industry Standards Association, 2005.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple, final
from xml.parsers import expat

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._bytes import first_bytes
from unrolled.readers._text import ENCODINGS, read_text

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding=["']([A-Za-z0-9._-]+)["']""")
_LATIN = {"iso-8859-1": "latin-1", "shift-jis": "shift_jis"}
_LINE_END = re.compile(r"\s*\n\s*")


@final
class TMX(AbstractReader):
    """Translation memory exchange."""

    suffixes = (".tmx",)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        encoding = options.encoding or _declared(path)
        text, notes = read_text(path, encoding)
        memory = _Memory(path)
        memory.parse(text)
        draft = Draft(path, options)
        names = memory.names()
        widths = memory.widths(names)
        draft.notes += [*notes, f"languages: {', '.join(widths)}"]
        columns = [
            name if number == 1 else f"{name} {number}"
            for name, width in widths.items()
            for number in range(1, width + 1)
        ]
        lacking: Counter[str] = Counter()
        for number, unit in enumerate(memory.units, start=1):
            place = f"{path}, line {unit.line} (unit {number})"
            texts = _by_name(unit, names)
            missing = [name for name in widths if not texts.get(name)]
            if missing and len(widths) == 2:
                draft.refuse(
                    place,
                    f"a unit without {' and '.join(missing)}.",
                    expected=f"a text in {' and in '.join(widths)}",
                    fix="add it, or take the unit away",
                )
                continue
            lacking.update(missing)
            cells = [
                cell
                for name, width in widths.items()
                for cell in [*texts.get(name, []), *[""] * width][:width]
            ]
            draft.add(place, tuple(cells))
        draft.notes += [f"units without {name}: {n}" for name, n in lacking.items()]
        return draft.table(tuple(columns))


class _Unit(NamedTuple):
    """The texts of a unit, each with the code of its language."""

    line: int
    texts: list[tuple[str, str]]


@final
class _Memory:
    """The units of a file, filled by the events of its markup."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.units: list[_Unit] = []
        self.source = ""
        self._language: str | None = None
        self._text: list[str] | None = None
        self._codes = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.SkippedEntityHandler = self._refuse_entity

    def parse(self, text: str) -> None:
        """Raises UnreadableDataError for what is no TMX."""
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as why:
            raise UnreadableDataError(
                found=f"{self.path}, line {why.lineno}, column {why.offset + 1}: not"
                f" XML ({expat.ErrorString(why.code)}).",
                expected="a whole translation memory in XML",
                fix="export it again, or correct that place",
            ) from None
        if not any(unit.texts for unit in self.units):
            raise UnreadableDataError(
                found=f"{self.path} holds no <tu> with a <tuv> in it.",
                expected="a translation memory (TMX) with units in it",
                fix="export it again as TMX 1.4",
            )

    def names(self) -> dict[str, str]:
        """The column of each code: the language, or the code where regions differ."""
        codes = dict.fromkeys(code for unit in self.units for code, _ in unit.texts)
        languages = {code: code.partition("-")[0] for code in codes}
        source = self.source.partition("-")[0]
        of_source = [code for code in codes if languages[code] == source]
        first = [self.source] if self.source in codes else of_source
        ordered = sorted(codes, key=lambda code: code not in first)
        regions = Counter(languages.values())
        return {c: c if regions[languages[c]] > 1 else languages[c] for c in ordered}

    def widths(self, names: dict[str, str]) -> dict[str, int]:
        """The most texts that a unit has, by column."""
        found = dict.fromkeys(names.values(), 1)
        for unit in self.units:
            for name, texts in _by_name(unit, names).items():
                found[name] = max(found[name], len(texts))
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._text is not None:
            self._codes += name in _CODES
        elif name == "header":
            self.source = _code(attributes.get("srclang", ""))
        elif name == "tu":
            self.units.append(_Unit(self._parser.CurrentLineNumber, []))
        elif name == "tuv":
            language = attributes.get("xml:lang", attributes.get("lang", ""))
            if not language or not self.units:
                raise self._wrong("a <tuv> without a language", "xml:lang on each")
            self._language = _code(language)
        elif name == "seg" and self._language is not None:
            self._text = []

    def _end(self, name: str) -> None:
        if name in _CODES and self._codes:
            self._codes -= 1
        elif name == "seg" and self._text is not None and self._language is not None:
            text = _LINE_END.sub(" ", "".join(self._text)).strip()
            self.units[-1].texts.append((self._language, text))
            self._text = None
        elif name == "tuv":
            self._language = None

    def _characters(self, text: str) -> None:
        if self._text is not None and not self._codes:
            self._text.append(text)

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise self._wrong(f'an entity "{name}" of its own', "a text without any")

    def _wrong(self, what: str, expected: str) -> UnreadableDataError:
        return UnreadableDataError(
            found=f"{self.path}, line {self._parser.CurrentLineNumber}: {what}.",
            expected=expected,
            fix="export the memory again as plain TMX 1.4",
        )


def _by_name(unit: _Unit, names: dict[str, str]) -> dict[str, list[str]]:
    """The texts of a unit that are not empty, by column."""
    found: dict[str, list[str]] = {}
    for code, text in unit.texts:
        if text:
            found.setdefault(names[code], []).append(text)
    return found


def _code(language: str) -> str:
    return language.strip().lower().replace("_", "-")


def _declared(path: Path) -> str:
    """The encoding that the file names in its first line, if it is one we know."""
    found = _DECLARED.match(first_bytes(path, 200).lstrip())
    name = found[1].decode().lower() if found else ""
    name = _LATIN.get(name, name.replace("windows-", "cp"))
    return name if name in ENCODINGS and not name.startswith("utf") else ""
