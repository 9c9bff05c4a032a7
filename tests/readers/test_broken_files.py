"""Every way in which a file can be broken, and the exact words that say so."""

import gzip
import os
from pathlib import Path

import pytest

from tests.cli.golden import endings
from unrolled.errors import SettingError, UnreadableDataError
from unrolled.readers import read

WRITTEN_OUT = "check that the right file was named, and that it was written out"
SKIP = ", or leave such rows out with --skip-bad-rows"
ONE_OBJECT = "one JSON object on each line"
QUOTES = 'a closing quote before the next separator, and "" for a quote in the text'
UTF = "text in UTF-8, or in UTF-16 with a byte order mark"
NAME_IT = "save the file as UTF-8, or set data.encoding, to cp1252 for example"
HEADER = "a header with a name of its own for each column"
NAME_COLUMN = (
    "name that column (pandas: to_csv(..., index=False) leaves the index out), or set"
    " data.header=no if that line is data"
)
LABEL = "__label__NAME, or several, and then the text"
AS_TEXT = "export the data as text (.csv or .jsonl) and name that file"
ENDINGS = (
    f"a name that ends in {', '.join(endings())} (.gz may follow), or a folder with one"
    " folder of .txt files or sounds for each class, or with sounds and their texts"
)
TWENTY = b"text,label\n" + b"fine,1\n" * 20
PACKED = gzip.compress(TWENTY * 50)

# name of the file, its bytes, what was found, what was expected, how to mend it
BROKEN = {
    "empty": (
        *("a.csv", b"", "a.csv is empty."),
        *("at least one row of data", WRITTEN_OUT),
    ),
    "blanks only": (
        *("a.csv", b" \n\n", "a.csv holds nothing but blanks and line ends."),
        *("at least one row of data", WRITTEN_OUT),
    ),
    "byte order mark alone": (
        *("a.csv", b"\xef\xbb\xbf", "a.csv holds nothing but a byte order mark."),
        *("at least one row of data", WRITTEN_OUT),
    ),
    "header only": (
        *("a.csv", b"text,label\n", "a.csv holds a header and no rows."),
        "at least one row of data below the header",
        "check that the file was written out, or set data.header=no",
    ),
    "header twice the same": (
        *("a.csv", b"text,label,text\na,b,c\n"),
        'a.csv, line 1: column 3 has the name "text" a second time.',
        *(HEADER, NAME_COLUMN),
    ),
    "header with a hole": (
        *("a.csv", b",text,label\n0,a,b\n"),
        "a.csv, line 1: column 1 has no name.",
        *(HEADER, NAME_COLUMN),
    ),
    "too many cells": (
        *("a.csv", b"text,label\ngood, really,1\n", "a.csv, line 2: 3 cells."),
        "2 cells, as in line 1",
        f"put quotes around a text that holds a comma{SKIP}",
    ),
    "too few cells": (
        *("a.csv", b"text,label\na,1\nb\n", "a.csv, line 3: 1 cell."),
        *("2 cells, as in line 1", f"correct that line{SKIP}"),
    ),
    "too many cells between tabs": (
        *("a.tsv", b"text\tlabel\na\tb\tc\n", "a.tsv, line 2: 3 cells."),
        *("2 cells, as in line 1", f"correct that line{SKIP}"),
    ),
    "unclosed quote": (
        *("a.csv", b'text,label\na,1\n"b,2\nc,3\n'),
        "a.csv, line 3, column 1: a quote opens here and is never closed.",
        *(QUOTES, f"correct the quotes in that line{SKIP}"),
    ),
    "unclosed quote in a row of several lines": (
        *("a.csv", b'text,label\n"a\nb","1\n'),
        "a.csv, line 3, column 4: a quote opens here and is never closed.",
        *(QUOTES, f"correct the quotes in that line{SKIP}"),
    ),
    "unclosed quote in the first line": (
        *("a.csv", b'"text,label\na,1\n'),
        "a.csv, line 1, column 1: a quote opens here and is never closed.",
        *(QUOTES, "correct the quotes in that line"),
    ),
    "text behind a quote": (
        *("a.csv", b'text,label\n"a" b,1\n'),
        "a.csv, line 2, column 1: the quote that opens here is closed in the same"
        " line, in the middle of a cell.",
        *(QUOTES, f"correct the quotes in that line{SKIP}"),
    ),
    "a quote closed by the next row": (
        *("a.csv", b'text,label\n"a,1\n"b",2\n'),
        "a.csv, line 2, column 1: the quote that opens here is closed in the next"
        " line, in the middle of a cell.",
        *(QUOTES, f"correct the quotes in that line{SKIP}"),
    ),
    "a quote closed far down": (
        *("a.csv", b'text,label\n"a,1\nb,2\n"c",2\n'),
        "a.csv, line 2, column 1: the quote that opens here is closed 2 lines further"
        " down, in the middle of a cell.",
        *(QUOTES, f"correct the quotes in that line{SKIP}"),
    ),
    "not UTF-8": (
        *("a.csv", b"text,label\na,1\ncaf\xe9,2\n"),
        "a.csv, line 3, column 4: byte 0xe9 is not UTF-8 text.",
        *(UTF, NAME_IT),
    ),
    "UTF-8 cut in a character": (
        *("a.txt", "né".encode()[:-1]),
        "a.txt, line 1, column 2: byte 0xc3 is not UTF-8 text.",
        *(UTF, NAME_IT),
    ),
    "mark of UTF-8, other bytes": (
        *("a.txt", b"\xef\xbb\xbfcaf\xe9"),
        "a.txt, line 1, column 4: byte 0xe9 is not UTF-8 text.",
        *(UTF, NAME_IT),
    ),
    "UTF-16 with half a character": (
        *("a.txt", "né\n".encode("utf-16")[:-1]),
        "a.txt, line 1, column 7: byte 0x0a is not UTF-16 text.",
        *(UTF, NAME_IT),
    ),
    "UTF-16 without a mark": (
        *("a.csv", "text,label\na,1\n".encode("utf-16-le")),
        "a.csv looks like UTF-16 without a byte order mark.",
        *(UTF, "save the file as UTF-8"),
    ),
    "NUL": (
        *("a.csv", b"text,label\nab\x00c,1\n"),
        "a.csv, line 2, column 3: a NUL character.",
        "text, in which that character has no place",
        "write the file out again; NULs often mark a damaged copy",
    ),
    "carriage return inside": (
        *("a.csv", b"text,label\na\rb,1\n"),
        "a.csv, line 2, column 2: a carriage return (CR) alone, in a file whose lines"
        " end otherwise.",
        "one kind of line end throughout",
        "replace each such character by a blank or by a line end",
    ),
    "packed and cut short": (
        *("a.csv.gz", PACKED[:-12]),
        "a.csv.gz is cut short: the packed data ends too early.",
        *("a whole gzip file", "fetch or pack the file again"),
    ),
    "packed and changed": (
        *("a.csv.gz", PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]),
        "a.csv.gz is damaged: the packed data is not what was packed.",
        *("a whole gzip file", "fetch or pack the file again"),
    ),
    "not packed at all": (
        *(
            "a.csv.gz",
            b"text,label\na,1\n",
            "a.csv.gz ends in .gz and is no gzip file.",
        ),
        "a file packed by gzip",
        "take .gz off its name if it is plain text, or pack it with gzip",
    ),
    "packed in secret": (
        *("a.csv", PACKED, "a.csv is packed by gzip, and its name does not say so."),
        *("text, or a name that ends in .gz", "rename it to a.csv.gz"),
    ),
    "picture": (
        *("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        "a.csv is not text: it begins like a PNG picture.",
        *("a text file", AS_TEXT),
    ),
    "spreadsheet": (
        *("a.csv", b"PK\x03\x04\x14\x00"),
        "a.csv is not text: it begins like a ZIP archive (or .xlsx, .docx, .npz).",
        *("a text file", AS_TEXT),
    ),
    "parquet": (
        *(
            "a.csv",
            b"PAR1\x15\x04",
            "a.csv is not text: it begins like a Parquet table.",
        ),
        *("a text file", AS_TEXT),
    ),
    "pickle": (
        *(
            "a.jsonl",
            b"\x80\x04\x95",
            "a.jsonl is not text: it begins like a Python pickle.",
        ),
        *("a text file", AS_TEXT),
    ),
    "10 MB line": (
        *(
            "a.csv",
            b"text,label\n" + b"x" * 10_000_001,
            "a.csv, line 2: longer than 10 MB.",
        ),
        "rows of text, one a line",
        "check that this is a text file with line ends, or cut that line",
    ),
    "10 MB line, packed": (
        *("a.txt.gz", gzip.compress(b"x" * 30_000_000)),
        "a.txt.gz, line 1: longer than 10 MB.",
        "rows of text, one a line",
        "check that this is a text file with line ends, or cut that line",
    ),
    "unknown ending": (
        *("a.xlsx", b"PK\x03\x04"),
        'a.xlsx is of no kind that can be read: its name ends in ".xlsx".',
        ENDINGS,
        "save it as one of these, or rename it if it is one already",
    ),
    "no ending": (
        *(
            "data",
            b"a\n",
            "data is of no kind that can be read: its name has no ending.",
        ),
        ENDINGS,
        "save it as one of these, or rename it if it is one already",
    ),
    "JSON cut short": (
        *("a.jsonl", b'{"text": "a"}\n{"text": "b"\n'),
        "a.jsonl, line 2, column 13: not JSON (Expecting ',' delimiter).",
        *(ONE_OBJECT, f"correct that line{SKIP}"),
    ),
    "JSON array": (
        *("a.json", b'[{"text": "a"}]', "a.json holds one JSON array."),
        ONE_OBJECT,
        "write each row as one line (pandas: to_json(..., orient='records',"
        " lines=True))",
    ),
    "JSON object over lines": (
        *(
            "a.json",
            b'{\n"text": "a"\n}',
            "a.json holds one JSON object over several lines.",
        ),
        ONE_OBJECT,
        "write each row as one line (pandas: to_json(..., orient='records',"
        " lines=True))",
    ),
    "JSON number alone": (
        *("a.jsonl", b"5\n", "a.jsonl, line 1: a number, not an object."),
        *(ONE_OBJECT, f"correct that line{SKIP}"),
    ),
    "JSON null alone": (
        *("a.jsonl", b"null\n", "a.jsonl, line 1: null."),
        *("a text, a number, or a list of them", f"correct that line{SKIP}"),
    ),
    "JSON without keys": (
        *("a.jsonl", b"{}\n", "a.jsonl, line 1: an object without keys."),
        *(ONE_OBJECT, f"correct that line{SKIP}"),
    ),
    "JSON NaN": (
        *("a.jsonl", b'{"text": "NaN", "x": NaN}\n'),
        "a.jsonl, line 1, column 22: NaN, which JSON does not know.",
        *("finite numbers", f"correct that line{SKIP}"),
    ),
    "JSON infinity": (
        *("a.jsonl", b'{"x": [1, -Infinity]}\n'),
        "a.jsonl, line 1, column 11: -Infinity, which JSON does not know.",
        *("finite numbers", f"correct that line{SKIP}"),
    ),
    "JSON too large": (
        *("a.jsonl", b'{"x": [1, 1e999]}\n'),
        'a.jsonl, line 1: the key "x" holds a number too large.',
        *("numbers up to 1e308", f"correct that line{SKIP}"),
    ),
    "JSON integer too large": (
        *("a.jsonl", b'{"x": 1' + b"0" * 400 + b"}\n"),
        'a.jsonl, line 1: the key "x" holds a number too large.',
        *("numbers up to 1e308", f"correct that line{SKIP}"),
    ),
    "JSON integer of 5000 digits": (
        *("a.jsonl", b'{"x": ' + b"1" * 5000 + b"}\n"),
        "a.jsonl, line 1: a number of too many digits.",
        *("numbers", f"correct that line{SKIP}"),
    ),
    "JSON too deep": (
        *("a.jsonl", b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"),
        "a.jsonl, line 1: nested too deeply.",
        *(ONE_OBJECT, f"correct that line{SKIP}"),
    ),
    "JSON object in an object": (
        *("a.jsonl", b'{"text": {"en": "a"}}\n'),
        'a.jsonl, line 1: the key "text" holds a nested object.',
        *("a text, a number, or a list of them", f"correct that line{SKIP}"),
    ),
    "JSON null": (
        *("a.jsonl", b'{"text": "a"}\n{"text": null}\n'),
        'a.jsonl, line 2: the key "text" holds null.',
        *("a text, a number, or a list of them", f"correct that line{SKIP}"),
    ),
    "JSON list of mixed values": (
        *("a.jsonl", b'{"x": [1, "a"]}\n'),
        'a.jsonl, line 1: the key "x" holds a list of mixed values.',
        "a list of numbers, of texts, or of lists of numbers",
        f"correct that line{SKIP}",
    ),
    "JSON vectors of unequal size": (
        *("a.jsonl", b'{"x": [[1, 2], [3]]}\n'),
        'a.jsonl, line 1: the key "x" holds lists of unequal size.',
        *("as many numbers for each moment", f"correct that line{SKIP}"),
    ),
    "JSON key missing": (
        *("a.jsonl", b'{"text": "a", "label": 1}\n{"text": "b"}\n'),
        'a.jsonl, line 2: the key "label" is missing.',
        *("the keys text, label, as in line 1", f"correct that line{SKIP}"),
    ),
    "JSON key new": (
        *("a.jsonl", b'{"text": "a"}\n{"text": "b", "label": 1}\n'),
        'a.jsonl, line 2: a key "label" that is new.',
        *("the keys text, as in line 1", f"correct that line{SKIP}"),
    ),
    "JSON key twice": (
        *("a.jsonl", b'{"text": "a", "text": "b"}\n'),
        'a.jsonl, line 1: the key "text" stands there twice.',
        *(ONE_OBJECT, f"correct that line{SKIP}"),
    ),
    "JSON column of two kinds": (
        *("a.jsonl", b'{"label": "1"}\n{"label": 2}\n'),
        'a.jsonl, line 2: the key "label" holds a number.',
        *("a text, as in line 1", f"correct that line{SKIP}"),
    ),
    "JSON half a surrogate pair": (
        *("a.jsonl", b'{"text": "\\ud83d"}\n'),
        "a.jsonl, line 1: an escape that stands for no character (half a surrogate"
        " pair, or NUL).",
        *("text", f"correct that line{SKIP}"),
    ),
    "JSON escaped NUL": (
        *("a.jsonl", b'{"text": "\\u0000"}\n'),
        "a.jsonl, line 1: an escape that stands for no character (half a surrogate"
        " pair, or NUL).",
        *("text", f"correct that line{SKIP}"),
    ),
    "fastText without a label": (
        *("a.txt", b"__label__a fine\nfine\n"),
        "a.txt, line 2: no label in front of the text.",
        *(LABEL, f"correct that line{SKIP}"),
    ),
    "fastText without a text": (
        *("a.ft", b"__label__a __label__b\n", "a.ft, line 1: a label without a text."),
        *(LABEL, f"correct that line{SKIP}"),
    ),
    "fastText label without a name": (
        *("a.ft", b"__label__ fine\n", "a.ft, line 1: a label without a name."),
        *(LABEL, f"correct that line{SKIP}"),
    ),
    "fastText label behind": (
        *("a.ft", b"__label__a fine __label__b\n"),
        "a.ft, line 1: a label behind the beginning of the text.",
        *(LABEL, f"correct that line{SKIP}"),
    ),
    "fastText label with a bar": (
        *("a.ft", b"__label__a|b fine\n"),
        "a.ft, line 1: a label with a | in its name, which separates labels here.",
        *(LABEL, f"correct that line{SKIP}"),
    ),
}


def message(found: str, expected: str, fix: str, code: str = "unreadable-data") -> str:
    return f"{found}\n  expected: {expected}\n  to fix:   {fix}\n  code:     {code}"


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_exact_words(case: str):
    name, data, found, expected, fix = BROKEN[case]
    Path(name).write_bytes(data)
    with pytest.raises(UnreadableDataError) as refused:
        read(name)
    assert str(refused.value) == message(found, expected, fix)


def test_nothing_there():
    with pytest.raises(UnreadableDataError) as refused:
        read("reviews.csv")
    assert str(refused.value) == message(
        "reviews.csv does not exist.",
        "the path of a file or a folder",
        "check the spelling, and the folder that the command runs in",
    )


@pytest.mark.parametrize("target", ["gone.csv", "a.csv"], ids=["nothing", "itself"])
def test_a_link_to_nothing(target: str):
    Path("a.csv").symlink_to(target)
    with pytest.raises(UnreadableDataError) as refused:
        read("a.csv")
    assert str(refused.value) == message(
        "a.csv is a link to a place where nothing is.",
        "the path of a file or a folder",
        "point the link to the file, or name the file itself",
    )


def test_a_pipe_is_not_opened():
    os.mkfifo("a.csv")  # opening it would wait for ever
    with pytest.raises(UnreadableDataError) as refused:
        read("a.csv")
    assert str(refused.value) == message(
        "a.csv is neither a file nor a folder (a device, pipe or socket).",
        "a file on disk, or a folder of class folders",
        "save its contents in a file and name that",
    )


def test_no_permission(monkeypatch: pytest.MonkeyPatch):
    Path("a.csv").write_bytes(TWENTY)

    def deny(*_: object):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(
        "unrolled.readers._bytes._open", deny
    )  # root may open everything
    with pytest.raises(UnreadableDataError) as refused:
        read("a.csv")
    assert str(refused.value) == message(
        "a.csv cannot be opened: no permission.",
        "a file that may be read",
        "chmod u+r a.csv, or ask its owner",
    )


def test_no_permission_for_the_folder_above(monkeypatch: pytest.MonkeyPatch):
    def deny(*_: object):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", deny)
    with pytest.raises(UnreadableDataError, match=r"a\.csv cannot be opened: no perm"):
        read("a.csv")


def test_a_disk_that_fails(monkeypatch: pytest.MonkeyPatch):
    Path("a.csv").write_bytes(TWENTY)

    def fail(*_: object):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("unrolled.readers._bytes._open", fail)
    with pytest.raises(UnreadableDataError) as refused:
        read("a.csv")
    assert str(refused.value) == message(
        "a.csv cannot be read: Input/output error.",
        "a file that may be read",
        "check the disk and the path, or copy the file elsewhere",
    )


def test_a_line_of_just_10_mb_is_read():
    Path("a.txt").write_bytes(b"a\n" + b"x" * 10_000_000 + b"\nb\n")
    assert [len(row[0]) for row in read("a.txt").rows] == [1, 10_000_000, 1]


def test_an_encoding_that_is_wrong_for_the_file():
    Path("a.txt").write_bytes(b"\x81\n")
    with pytest.raises(UnreadableDataError) as refused:
        read("a.txt", encoding="cp1252")
    assert str(refused.value) == message(
        "a.txt, line 1, column 1: byte 0x81 is not cp1252 text.",
        "text in cp1252 from end to end",
        "name another encoding, or save the file as UTF-8",
    )


def test_an_encoding_that_does_not_exist():
    Path("a.txt").write_bytes(b"a\n")
    with pytest.raises(SettingError) as refused:
        read("a.txt", encoding="rot13")
    assert str(refused.value) == message(
        'there is no encoding "rot13".',
        "one of utf-8, utf-16, cp1252, latin-1, cp1250, cp1251, koi8-r, cp1253, cp1254,"
        " cp1256, shift_jis, euc-jp, gb18030, big5, euc-kr",
        "name one of these, or save the file as UTF-8",
        code="setting",
    )
