"""What programs say, in English and in French.

    An error occurred while renaming the file.
    Une erreur est survenue lors du renommage du fichier.

Short sentences and headings that people translated for others to use: of JupyterLab,
of the content management system Wagtail, and of the web framework Django.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._gettext import messages
from unrolled.datasets._split import near_duplicates, split

MOST = 30
"""Words of a message on either side; longer ones are paragraphs of help."""
# Placeholders (%(name)s, {name}), tags, code, web addresses: not words of a language.
_CODE = re.compile(r"[%{}<>`|\\_=]|://|&\w+;")
_SPACE = re.compile(r"\s+")


@final
class EnglishFrench(AbstractDataset):
    """4,360 pairs of messages from three packages."""

    title = "messages of programs in English and French"
    description = (
        "4,360 messages of JupyterLab, Wagtail and Django, from one word to 30, with"
        " the translations that their users read; messages with placeholders or code"
        " are left out. Split 80/10/10, messages that share six words in a row in one"
        " part."
    )
    task = "translate"
    package = Package(
        name="jupyterlab-language-pack-fr-FR",
        version="4.5.post3",
        module="jupyterlab_language_pack_fr_FR",
        members=("jupyterlab_language_pack_fr_FR/locale/fr_FR/LC_MESSAGES/*.json",),
        archive="9f6ce9d4e64b367ff084a2313af29d6ad8a02d1d08000f3e6c53e2856fa9a11f",
        content="2bec60f3018c9191aac2ed3e0b6a050a669395de0ad428f45b86ac6595530aa6",
    )
    more = (
        Package(
            name="wagtail",
            version="8.0.1",
            module="wagtail",
            members=(
                "wagtail/locale/fr/LC_MESSAGES/*.po",
                "wagtail/*/locale/fr/LC_MESSAGES/*.po",
                "wagtail/contrib/*/locale/fr/LC_MESSAGES/*.po",
            ),
            archive=(
                "1e6ad5c7891a54efce1400e168298b5a2cc343b642cee89c31bf5ec30c98b26c"
            ),
            content="007e115ff9036e67bc4c8e78ddff438a614cbd8f8edb6962a3e23e3bc123e2bf",
        ),
        Package(
            name="django",
            version="5.2.19",
            module="django",
            members=(
                "django/conf/locale/fr/LC_MESSAGES/django.po",
                "django/contrib/*/locale/fr/LC_MESSAGES/*.po",
            ),
            archive=(
                "5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00"
            ),
            content="01e54ad5768e0185286763eeec912ae9648d4cac9c5d8b8a56f0d05d9a2a6705",
        ),
    )
    credit = (
        "the translators of JupyterLab, of Wagtail and of Django, whom the files name;"
        " packaged by the Jupyter Project, the Wagtail core team and the Django"
        " Software Foundation"
    )
    license = (
        "BSD-3-Clause (the packages jupyterlab-language-pack-fr-FR, wagtail, django)"
    )
    columns = ("english", "french")
    rows = {"train": 3_488, "valid": 436, "test": 436}
    result = "ddba2b69d9cc25e4"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        pairs: dict[str, Row] = {}
        for path in sorted(files):
            for pair in _read(path, files[path].decode("utf-8")):
                english, french = (_SPACE.sub(" ", text).strip() for text in pair)
                if _is_language(english, french):
                    pairs.setdefault(_letters(english), (english, french))
        rows = list(pairs.values())
        tenth = len(rows) // 10
        groups = near_duplicates([str(english) for english, _ in rows], run=6)
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})


def _read(path: str, content: str) -> Iterator[tuple[str, str]]:
    """The pairs of a file: a catalog of gettext, or one turned into JSON."""
    if path.endswith(".po"):
        yield from messages(content)
        return
    for key, translations in json.loads(content).items():
        # The key may begin with where the message stands, and the sign U+0004.
        message = key.rpartition("\x04")[2]
        if message and any(translations):
            yield message, translations[0]


def _is_language(english: str, french: str) -> bool:
    return all(
        re.search(r"[^\W\d_]{2}", text)
        and not _CODE.search(text)
        and len(text.split()) <= MOST
        for text in (english, french)
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
