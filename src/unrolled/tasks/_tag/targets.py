"""Tags to numbers and back, whatever scheme the data writes spans in.

    data        John/I-PER   Smith/I-PER   runs/O     IOB1, BIO, BIOES, or spans
    learned     B-PER        E-PER         O          BIOES or BIO, as settings say
    answered    I-PER        I-PER         O          as in the data; spans in BIO

Tags that are no parts of spans (plain: NOUN, VERB) are learned as they are.
"""

from dataclasses import asdict, dataclass
from typing import Any

import torch

from unrolled.errors import (
    BrokenModelError,
    SettingError,
    UnknownLabelError,
    UnreadableDataError,
)
from unrolled.nn.crf import Constraints
from unrolled.ragged import Ragged
from unrolled.tasks._tag.rows import Row
from unrolled.tasks._tag.settings import TagSettings
from unrolled.text.spans import tags_from_offsets
from unrolled.text.tag_schemes import (
    OUTSIDE,
    SCHEMES,
    cut,
    detect,
    to_scheme,
    transitions,
)

PREFIXES = {"BIO": "BI", "BIOES": "BIES"}
OF_SPANS = "BIO"  # in which the spans of a text are answered as tags


@dataclass(frozen=True)
class Tags:
    """What was learned of the tags of the training rows."""

    header: str
    """The column, for messages."""
    scheme: str
    """In which the data is written."""
    learned: str
    """In which the network answers."""
    names: list[str]
    """All tags of the learned scheme."""

    @staticmethod
    def learn(rows: list[Row], settings: TagSettings, header: str) -> "Tags":
        """From the training rows. Raises UnreadableDataError, SettingError."""
        given = [tags_in(row, OF_SPANS) for row in rows]
        seen = {tag for tags in given for tag in tags}
        scheme = detect(given) if settings.scheme == "auto" else settings.scheme
        if scheme == "plain":
            names = learned = sorted(seen)
            learned = scheme
        else:
            odd = sorted(tag for tag in seen if not _is_of_spans(tag))
            if odd:
                raise SettingError(
                    found=f'task.scheme={scheme}, and a tag is "{odd[0]}".',
                    expected="O, and B-, I-, E- or S- before the kind of a span",
                    fix="leave task.scheme out",
                )
            learned = settings.learned
            kinds = sorted({cut(tag)[1] for tag in seen if tag != OUTSIDE})
            names = [OUTSIDE]
            names += [f"{p}-{kind}" for kind in kinds for p in PREFIXES[learned]]
        if len(names) < 2:
            source = rows[0].place.rsplit(",", 1)[0] if rows else "the data"
            only = f'only "{names[0]}"' if names else "no tag"
            raise UnreadableDataError(
                found=f'{source}: column "{header}" holds {only}.',
                expected="at least two different tags to tell apart",
                fix="add rows with other tags, or name another column with --target",
            )
        return Tags(header, scheme, learned, names)

    @property
    def has_spans(self) -> bool:
        """Whether tags are parts of spans."""
        return self.scheme != "plain"

    @property
    def kinds(self) -> list[str]:
        """The kinds of spans; none of plain tags."""
        return sorted({cut(n)[1] for n in self.names} - {""}) if self.has_spans else []

    @property
    def outside(self) -> str | None:
        """The tag of a word in no span; None for plain tags."""
        return OUTSIDE if self.has_spans else None

    def wanted(self, row: Row) -> list[str]:
        """The true tags of a row, as the data writes them."""
        return tags_in(row, self.scheme)

    def encode(self, rows: list[Row]) -> Ragged:
        """Places in `names`, values (tokens,) int64. Raises UnknownLabelError."""
        place = {name: number for number, name in enumerate(self.names)}
        found: list[int] = []
        for row in rows:
            given = self.wanted(row)
            tags = to_scheme(given, of=self.scheme, to=self.learned)
            for tag, told in zip(tags, given, strict=True):
                if tag not in place or (self.has_spans and not _is_of_spans(told)):
                    raise UnknownLabelError(
                        where=row.place,
                        column=self.header,
                        label=told,
                        known=self.kinds or self.names,
                    )
                found.append(place[tag])
        values = torch.tensor(found, dtype=torch.int64)
        return Ragged(values, torch.tensor([len(row.words) for row in rows]))

    def decode(self, numbers: list[int]) -> list[str]:
        """Places in `names` of one row to its tags as the data writes them."""
        tags = [self.names[number] for number in numbers]
        return to_scheme(tags, of=self.learned, to=self.scheme)

    def constraints(self) -> Constraints:
        """Which tags may follow each other: (tags,), (tags, tags) and (tags,)."""
        allowed = transitions(self.names, self.learned)
        return Constraints(*map(torch.tensor, allowed))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return asdict(self)

    @staticmethod
    def from_json(found: Any) -> "Tags":
        """The way back from `to_json`. Raises BrokenModelError."""
        texts = ("header", "scheme", "learned")
        right = (
            isinstance(found, dict)
            and set(found) == {*texts, "names"}
            and all(isinstance(found[key], str) for key in texts)
            and found["scheme"] in SCHEMES
            and found["learned"] in SCHEMES
            and (found["scheme"] == "plain") == (found["learned"] == "plain")
            and isinstance(found["names"], list)
            and len(found["names"]) > 1
            and all(isinstance(name, str) and name for name in found["names"])
            and len(set(found["names"])) == len(found["names"])
        )
        if not right:
            raise BrokenModelError(
                found="tags.json does not describe tags.",
                expected="an object with header, scheme, learned and names",
                fix="copy the model folder again, or train again",
            )
        return Tags(**found)


def tags_in(row: Row, scheme: str) -> list[str]:
    """The tags of a row that has them; its spans of characters, in the scheme."""
    if row.spans is not None:
        return tags_from_offsets(row.text, row.places, row.spans, scheme)
    return row.tags or []


def _is_of_spans(tag: str) -> bool:
    prefix, kind = cut(tag)
    return tag == OUTSIDE or (prefix in ("B", "I", "E", "S") and bool(kind))
