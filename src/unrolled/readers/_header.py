"""Whether the first row of a delimited file names the columns or is data.

Without a word from the person the first row is a header if one of these holds:

    usual name   a cell is a usual name of a column ("text", "label", ...), and that
                 cell does not come again below it in its own column
    numbers      it has no number in it, and some column is all numbers below it
    classes      some column has few values that come again and again, at least twenty
                 rows and ten for each value, and the first cell is none of them

The last two also ask that all cells of the row are there, unequal, and at most 40
characters long. In doubt the first row is data: a header taken for data shows at once
as a strange row, while a lost row shows nowhere.
"""

import re

_LONGEST_NAME = 40
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_USUAL = frozenset(
    {
        # what is read
        *("text", "sentence", "review", "comment", "body", "content", "document"),
        *("tweet", "message", "post", "title", "headline", "question", "answer"),
        *("query", "phrase", "utterance", "summary", "description", "name", "word"),
        *("words", "token", "tokens", "series", "sequence", "values", "signal"),
        *("picture", "image", "photo", "sound", "audio", "recording", "wav"),
        # what is answered
        *("label", "labels", "rating", "target", "class", "category", "sentiment"),
        *("emotion", "polarity", "stars", "score", "grade", "intent", "topic", "tag"),
        *("tags", "language", "lang", "gender", "sex", "genre", "author", "country"),
        # pairs
        *("input", "output", "source", "src", "tgt", "wrong", "right", "correct"),
        *("prompt", "response", "caption", "captions", "transcript", "transcription"),
        # what stands beside
        *("id", "idx", "index", "date", "time", "timestamp", "year", "month", "day"),
        *("value", "count", "file", "filename", "path", "train", "split"),
    }
)


def header_of(first: list[str], below: list[list[str]]) -> str:
    """Why the first row is a header, in words; empty if it is data.

    `below` are the rows under it, all or the first thousand.
    """
    below = [row for row in below if len(row) == len(first)]
    columns = list(zip(*below, strict=True)) if below else [()] * len(first)
    pairs = list(zip(first, columns, strict=True))
    usual = [cell for cell, column in pairs if _is_usual(cell) and cell not in column]
    if usual:
        return f"it holds the usual name {usual[0]}"
    fitting = all(0 < len(cell) <= _LONGEST_NAME for cell in first)
    if not fitting or len(set(first)) < len(first) or any(map(_is_number, first)):
        return ""
    for number, (_, column) in enumerate(pairs, start=1):
        if column and all(map(_is_number, column)):
            return f"below it column {number} is all numbers"
    for cell, column in pairs:
        values = set(column)
        if len(column) >= 20 and len(values) * 10 <= len(column):
            if cell in values:
                return ""
            return f'"{cell}" is none of the {len(values)} values below it'
    return ""


def names_all(first: list[str]) -> bool:
    """Whether every cell of a row is the usual name of a column."""
    return all(map(_is_usual, first))


def _is_usual(cell: str) -> bool:
    return cell.strip().lower() in _USUAL


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None
