"""A file on disk to a table that remembers its lines. A file here is a format.

read(path)            any file or folder that one of the formats claims
read_aligned(paths)   plain texts side by side, a column for each
are_aligned(paths)    whether they have as many lines
is_plain(path)        whether a file is a plain text, with no other format to it
text_lines(stream)    the lines of a stream, such as standard input, one by one
parse_series(cell)    a cell to the numbers of a series

csv         cells separated by commas, tabs, semicolons or pipes
jsonl       one JSON object on each line
lines       plain text, one row a line
conll       one token a line with its tags: CoNLL columns, CoNLL-U
fasttext    __label__one __label__two and the text
tmx         translation memories: the same text in several languages
m2          sentences with the corrections of annotators
essays      texts of learners with corrections: Write & Improve, FCE
coco        pictures and captions of COCO, and Karpathy's files of them
flickr8k    pictures and captions, a caption a line
stories     articles with highlights, a file or a folder of them
folder      a folder for each class, a .txt file for each text or sounds
sounds      a folder of sounds, each with its text beside it; TIMIT
ljspeech    metadata.csv with bars and wavs/: LJSpeech
librispeech a .trans.txt in each folder of sounds: LibriSpeech
kaldi       a folder with wav.scp and text: Kaldi
ts          series with their class: the UEA archive
tsf         series with what is said of each: the Monash archive
parquet     tables of Apache Parquet
"""

from unrolled.readers._aligned import are_aligned, read_aligned
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._choice import is_plain, read
from unrolled.readers._numbers import GAPS
from unrolled.readers._numbers import numbers as parse_series
from unrolled.readers._text import text_lines

__all__ = [
    "GAPS",
    "AbstractReader",
    "Cell",
    "Draft",
    "ReadOptions",
    "Table",
    "are_aligned",
    "is_plain",
    "parse_series",
    "read",
    "read_aligned",
    "text_lines",
]
