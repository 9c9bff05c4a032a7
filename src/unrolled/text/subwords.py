"""Sub-words: pieces of words learned from the texts themselves.

    "unbelievable acting"   →   ▁un believ able ▁acting

Frequent words stay whole and rare ones fall into known pieces. Training starts from
characters and joins the most frequent pair of neighbors again and again until there are
`size` pieces. A ▁ marks the beginning of a word; marks of punctuation stand alone; a
character that training never saw becomes <unk>.

Needs the extra `text` (the package tokenizers). Only pieces and joins are stored, so a
model folder cannot choose any other part of that package.

Reference: Sennrich et al. 2016, arXiv:1508.07909.
"""

import json
from collections.abc import Iterable
from typing import Any, Self, final

from typing_extensions import override

from unrolled.errors import BrokenModelError, MissingExtraError
from unrolled.text._tokenizer import AbstractTokenizer, without_breaks
from unrolled.text.vocabulary import UNKNOWN_TOKEN


@final
class Subwords(AbstractTokenizer):
    """Byte-pair encoding, trained on the user's texts."""

    name = "subword"

    def __init__(
        self, pieces: list[str], joins: list[tuple[str, str]], *, lowercase: bool
    ) -> None:
        super().__init__(lowercase=lowercase)
        self.pieces, self.joins = pieces, joins
        models = _package().models
        ids = {piece: number for number, piece in enumerate(pieces)}
        model = models.BPE(vocab=ids, merges=joins, unk_token=UNKNOWN_TOKEN)
        self._encoder = _around(model, lowercase=lowercase)

    @classmethod
    def train(cls, texts: Iterable[str], *, size: int, lowercase: bool) -> Self:
        """Learns at most `size` pieces from the texts; same texts, same pieces."""
        package = _package()
        encoder = _around(package.models.BPE(), lowercase=lowercase)
        trainer = package.trainers.BpeTrainer(
            vocab_size=size, special_tokens=[UNKNOWN_TOKEN], show_progress=False
        )
        encoder.train_from_iterator(map(without_breaks, texts), trainer)
        learned = json.loads(encoder.to_str())["model"]
        pieces = sorted(learned["vocab"], key=learned["vocab"].__getitem__)
        joins = [(left, right) for left, right in learned["merges"]]
        return cls(pieces, joins, lowercase=lowercase)

    @override
    def tokens(self, text: str) -> list[str]:
        return self._encoder.encode(without_breaks(text)).tokens

    @override
    def spans(self, text: str) -> list[tuple[int, int]]:
        return self._encoder.encode(without_breaks(text)).offsets

    @override
    def to_json(self) -> dict[str, Any]:
        joins = [list(join) for join in self.joins]
        return {**super().to_json(), "pieces": self.pieces, "joins": joins}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        if not _fits(found.get("pieces"), found.get("joins")):
            raise BrokenModelError(
                found="the sub-word tokenizer of the model is damaged.",
                expected="a list of pieces and a list of joins between them",
                fix="copy the model folder again, or train again",
            )
        joins = [(left, right) for left, right in found["joins"]]
        return cls(found["pieces"], joins, lowercase=found["lowercase"])


def _around(model: Any, *, lowercase: bool) -> Any:
    """The package's tokenizer: text to words with ▁ in front, and then the model."""
    package = _package()
    normal, cut = package.normalizers, package.pre_tokenizers
    encoder = package.Tokenizer(model)
    encoder.normalizer = normal.Sequence(
        [normal.NFC(), *([normal.Lowercase()] if lowercase else [])]
    )
    encoder.pre_tokenizer = cut.Sequence(
        [cut.WhitespaceSplit(), cut.Metaspace(), cut.Punctuation()]
    )
    return encoder


def _package() -> Any:
    try:
        import tokenizers
    except ImportError:
        raise MissingExtraError(
            package="tokenizers", extra="text", purpose="cutting text into sub-words"
        ) from None
    return tokenizers


def _fits(pieces: Any, joins: Any) -> bool:
    """Whether these are distinct pieces, and joins that lead from some to others."""
    if not _are_texts(pieces) or not isinstance(joins, list):
        return False
    known = set(pieces)
    return (
        len(known) == len(pieces)
        and UNKNOWN_TOKEN in known
        and all(
            _are_texts(join) and len(join) == 2 and {*join, "".join(join)} <= known
            for join in joins
        )
    )


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
