"""Files of word vectors, whichever of the usual forms they have.

    read_vectors(path)              word2vec, GloVe, fastText text; word2vec binary
    write_text(path, ...)           word2vec's text: any program reads it
    write_binary(path, ...)         word2vec's binary: half the size, quicker to read

What a file is is seen from its content, and `.gz` at the end of its name says that it
is packed. What is written comes back to the last bit.
"""

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from unrolled import durable
from unrolled.errors import SettingError, ShapeError, UnreadableDataError
from unrolled.text.vectors_binary import binary, is_binary, read_binary_vectors
from unrolled.text.word_vectors import WordVectors, read_text_vectors

FASTTEXT_MODEL = (793712314).to_bytes(4, "little")  # the first bytes of its own .bin
_HEAD = 1 << 16


def read_vectors(path: str | Path, wanted: set[str] | None = None) -> WordVectors:
    """The vectors of the wanted words and of their small letters; None: of all.

    Raises UnreadableDataError, with the line or the word, for whatever is no such file.
    """
    path = Path(path)
    if wanted is not None:
        wanted = wanted | {word.lower() for word in wanted}
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rb") as file:
            head = file.read(_HEAD)
            if is_binary(head):
                file.seek(0)
                return read_binary_vectors(file, path, wanted)
    except (EOFError, gzip.BadGzipFile, zlib.error) as why:
        raise UnreadableDataError(
            found=f"{path} is cut short or no gzip file ({why}).",
            expected="a whole gzip file",
            fix="fetch the file again",
        ) from None
    except OSError as why:
        raise _unreadable(path, why) from None
    if head.startswith(FASTTEXT_MODEL):
        raise UnreadableDataError(
            found=f"{path} is a whole fastText model.",
            expected="word vectors as text or in word2vec's binary form",
            fix="take the .vec file that stands beside it",
        )
    return read_text_vectors(path, wanted)


def write_text(path: str | Path, words: Sequence[str], values: Tensor) -> None:
    """Writes word2vec's text form; `values` (words, dim) come back exactly.

    Raises SettingError for a word with a blank or nothing in it, or given twice,
    ShapeError if words and values do not agree, and OSError.
    """
    _check(words, values)
    lines = [f"{len(words)} {values.shape[1]}"]
    # Nine digits tell every float32 from its neighbors.
    for word, row in zip(words, values.tolist(), strict=True):
        lines.append(f"{word} {' '.join(f'{number:.9g}' for number in row)}")
    durable.write_bytes(Path(path), ("\n".join(lines) + "\n").encode("utf-8"))


def write_binary(path: str | Path, words: Sequence[str], values: Tensor) -> None:
    """Writes word2vec's binary form of `values` (words, dim); raises as `write_text`.

    Numbers are float32.
    """
    _check(words, values)
    durable.write_bytes(Path(path), binary(list(words), values))


def _check(words: Sequence[str], values: Tensor) -> None:
    if values.dim() != 2 or len(values) != len(words):
        raise ShapeError(
            found=f"values of shape {tuple(values.shape)} for {len(words)} words.",
            expected=f"({len(words)}, dim)",
            fix="give one row of numbers for each word",
        )
    seen: set[str] = set()
    for word in words:
        if not word or word in seen or any(c.isspace() for c in word):
            raise SettingError(
                found=f'the word "{word}" cannot be written.',
                expected="distinct words without blanks or line ends in them",
                fix="leave that word out",
            )
        seen.add(word)


def _unreadable(path: Path, why: OSError) -> UnreadableDataError:
    if path.is_dir():
        return UnreadableDataError(
            found=f"{path} is a folder.",
            expected="a file of word vectors",
            fix=f"of a model of `embed`, write them first: unrolled embed export {path}"
            " --out vectors.bin",
        )
    return UnreadableDataError(
        found=f"{path} cannot be read: {why.strerror or why}.",
        expected="a file of word vectors",
        fix="check the path and its permissions",
    )
