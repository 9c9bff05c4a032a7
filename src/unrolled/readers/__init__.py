"""A file on disk to a table that remembers its lines. A file here is a format.

read(path)            any file or folder that one of the formats claims
read_aligned(paths)   plain texts side by side, a column for each
is_plain(path)        whether a file is a plain text, with no other format to it
text_lines(stream)    the lines of a stream, such as standard input, one by one
parse_series(cell)    a cell to the numbers of a series

csv         cells separated by commas, tabs, semicolons or pipes
jsonl       one JSON object on each line
lines       plain text, one row a line
conll       one token a line with its tags: CoNLL columns, CoNLL-U
fasttext    __label__one __label__two and the text
folder      a folder for each class, a .txt file for each text
"""

from unrolled.readers._aligned import read_aligned
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._choice import is_plain, read
from unrolled.readers._numbers import numbers as parse_series
from unrolled.readers._text import text_lines

__all__ = [
    "AbstractReader",
    "Cell",
    "Draft",
    "ReadOptions",
    "Table",
    "is_plain",
    "parse_series",
    "read",
    "read_aligned",
    "text_lines",
]
