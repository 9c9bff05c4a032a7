r"""Messages of programs and their translations, from the files of GNU gettext.

    #, python-format                         a remark: this entry has placeholders
    msgid "Please try again."                what the program says
    msgstr ""                                the same in the other language,
    "Veuillez essayer à nouveau."            in as many pieces as its lines need

Entries are parted by empty lines. Those that are marked "fuzzy" wait for a person to
look at them and are left out.
"""

import ast
import re
from collections.abc import Iterator

_LINE = re.compile(r'(?:(?P<key>msg\w+(?:\[\d\])?) )?(?P<text>".*")\s*')
_BLANK = re.compile(r"\n\s*\n")


def messages(content: str) -> Iterator[tuple[str, str]]:
    """(message, translation) of each entry that has one; of plurals, both forms."""
    for entry in _BLANK.split(content.replace("\r\n", "\n")):
        texts = _texts(entry)
        pairs = [
            (texts.get("msgid", ""), texts.get("msgstr") or texts.get("msgstr[0]", "")),
            (texts.get("msgid_plural", ""), texts.get("msgstr[1]", "")),
        ]
        yield from ((one, other) for one, other in pairs if one and other)


def _texts(entry: str) -> dict[str, str]:
    """The texts of an entry by their keys; none of an entry that is uncertain."""
    texts: dict[str, str] = {}
    key = ""
    for line in entry.splitlines():
        if line.startswith("#,") and "fuzzy" in line:
            return {}
        if found := _LINE.fullmatch(line):
            key = found["key"] or key
            texts[key] = texts.get(key, "") + str(ast.literal_eval(found["text"]))
    return texts
