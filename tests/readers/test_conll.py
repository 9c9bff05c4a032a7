"""Tagged sentences: columns, remarks, marks, and what is broken."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read

DATA = Path("/work/shared/data/tagging")
CONLLU = (
    *("id", "form", "lemma", "upos", "xpos"),
    *("feats", "head", "deprel", "deps", "misc"),
)
SKIP = ", or leave such rows out with --skip-bad-rows"


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    cut = [(text.split(" "), label) for label, text in rows]
    tabs = [[f"{word}\t{label}\n" for word in words] for words, label in cut]
    blanks = [
        [f"{word} X Y {label}\n" for word in words] + ["\n"] for words, label in cut
    ]
    rest = "\t_" * 6
    numbered = [
        [f"{n}\t{word}\t_\t{label}{rest}\n" for n, word in enumerate(words, 1)]
        for words, label in cut
    ]
    marked = [["-DOCSTART- -X- -X- O\n\n"], *blanks]
    ways = {
        **dict.fromkeys(["a.conll", "a.bio", "a.iob", "a.iob2", "a.bioes"], tabs),
        **{"a.conllu": numbered, "b.conll": numbered},
        **{"a.col": blanks, "a.txt": marked, "a.testa": marked},
    }
    return {
        name: {name: "\n".join("".join(lines) for lines in sentences)}
        for name, sentences in ways.items()
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    cut = [(text.split(" "), label) for label, text in rows]
    if path in ("a.conllu", "b.conll"):
        return CONLLU, [
            (
                [str(n) for n in range(1, len(words) + 1)],
                words,
                ["_"] * len(words),
                [label] * len(words),
                *([["_"] * len(words)] * 6),
            )
            for words, label in cut
        ]
    tags = [(words, [label] * len(words)) for words, label in cut]
    if path in ("a.col", "a.txt", "a.testa"):
        return ("word", "2", "3", "tag"), [
            (words, ["X"] * len(words), ["Y"] * len(words), labels)
            for words, labels in tags
        ]
    return ("word", "tag"), tags


def table_of(text: str, name: str = "a.conll", **said) -> Table:
    Path(name).write_text(text, encoding="utf-8")
    return read(name, **said)


CONLL_2003 = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O
German JJ B-NP B-MISC

-DOCSTART- -X- -X- O

Peter NNP B-NP B-PER
"""


def test_the_layout_of_conll_2003():
    found = table_of(CONLL_2003, "eng.testb")
    assert found.columns == ("word", "2", "3", "tag")
    assert found.rows == [
        (
            ["EU", "rejects", "German"],
            ["NNP", "VBZ", "JJ"],
            ["B-NP", "B-VP", "B-NP"],
            ["B-ORG", "O", "B-MISC"],
        ),
        (["Peter"], ["NNP"], ["B-NP"], ["B-PER"]),
    ]
    assert found.places == ["eng.testb, line 3", "eng.testb, line 9"]
    assert found.column("2") == 1
    assert found.column("4") == 3
    assert found.notes == [
        "encoding: UTF-8",
        "columns: word, 2, 3, tag, parted by blanks",
        "sentences: 2, with 4 tokens",
        "marks of documents: 2, passed over",
    ]


def test_a_remark_that_every_sentence_has_is_a_column():
    found = table_of(
        "# intent = PlayMusic\n# id = 1\nplay\tO\nit\tO\n\n"
        "# a remark\n# intent = Book = Table\nhi\tO\n\n\n"
    )
    assert found.columns == ("word", "tag", "intent")
    assert found.rows == [
        (["play", "it"], ["O", "O"], "PlayMusic"),
        (["hi"], ["O"], "Book = Table"),
    ]
    assert found.places == ["a.conll, line 3", "a.conll, line 8"]
    assert found.notes[2:] == [
        "sentences: 2, with 3 tokens",
        "further columns, from remarks: intent",
        "remarks: 2, passed over",
    ]


def test_a_remark_with_as_many_words_as_there_are_columns_is_a_remark():
    found = table_of("# id = 5\na X Y O\n\n# id = 6\nb X Y O\n")
    assert found.columns == ("word", "2", "3", "tag", "id")
    assert [row[4] for row in found.rows] == ["5", "6"]


def test_a_long_remark_and_one_without_a_key_are_passed_over():
    # A pattern that tries every blank as the end of the key would take an hour.
    found = table_of("#" + " " * 1_000_000 + "x\n# = 1\na\tO\n")
    assert found.columns == ("word", "tag")
    assert found.notes[-1] == "remarks: 2, passed over"


def test_a_remark_does_not_take_the_name_of_a_column():
    found = table_of("# tag = 5\na\tO\n")
    assert found.columns == ("word", "tag")
    assert found.rows == [(["a"], ["O"])]


def test_a_remark_without_a_sentence_is_not_that_of_the_next():
    found = table_of("# key = 1\n\n# key = 2\na\tO\n")
    assert found.rows == [(["a"], ["O"], "2")]
    assert table_of("# key = 1\n\na\tO\n").columns == ("word", "tag")


@pytest.mark.parametrize("between", ["\t", " "], ids=["tabs", "blanks"])
def test_a_topic_is_a_word(between: str):
    lines = [("#topic", "B-x"), ("is", "O"), ("#", "O"), ("1", "O")]
    text = "".join(f"{word}{between}{tag}\n" for word, tag in lines)
    words = ["#topic", "is", "#", "1"]
    assert table_of(text).rows == [(words, ["B-x", "O", "O", "O"])]


def test_a_file_of_topics_alone():
    assert table_of("# id = 1\n#a\tO\n#b\tO\n").rows == [
        (["#a", "#b"], ["O", "O"], "1")
    ]


def test_one_column_is_the_word():
    found = table_of("He\nis\n\n#great\n#\n")
    assert found.columns == ("word",)
    assert found.rows == [(["He", "is"],), (["#great", "#"],)]
    assert found.notes[1] == "columns: word"


def test_tabs_keep_blanks_inside_a_cell_and_drop_them_around_it():
    assert table_of("New York \tB-LOC \n\u00a0\tO\n").rows == [
        (["New York", "\u00a0"], ["B-LOC", "O"])
    ]


def test_blanks_and_tabs_of_any_number_part_columns():
    assert table_of(" a  b\t c\nd e f\n").rows == [(["a", "d"], ["b", "e"], ["c", "f"])]


def test_a_line_of_blanks_parts_sentences():
    assert table_of("a\tO\n \t \nb\tO\n").rows == [(["a"], ["O"]), (["b"], ["O"])]


CONLL_U = """# newdoc id = 7
# sent_id = 7-1
# text = Don't go
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
1\tDo\tdo\tAUX\tVB\t_\t0\troot\t_\t_
2\tn't\tnot\tPART\tRB\t_\t1\tadvmod\t_\t_
2.1\tyou\t_\tPRON\t_\t_\t_\t_\t_\t_
3\tgo\tgo\tVERB\tVB\t_\t1\tx\t_\t_

# sent_id = 7-2
# text = No
1\tNo\tno\tINTJ\tUH\t_\t0\troot\t_\t_
"""


@pytest.mark.parametrize("name", ["a.conllu", "a.conll"])
def test_conll_u_without_ranges_and_empty_nodes(name: str):
    found = table_of(CONLL_U, name)
    assert found.columns == (*CONLLU, "sent_id", "text")
    assert [row[1] for row in found.rows] == [["Do", "n't", "go"], ["No"]]
    assert [row[3] for row in found.rows] == [["AUX", "PART", "VERB"], ["INTJ"]]
    assert [row[10:] for row in found.rows] == [("7-1", "Don't go"), ("7-2", "No")]
    assert found.places == [f"{name}, line 4", f"{name}, line 12"]
    assert found.notes[1].startswith("columns: CoNLL-U: id, form, ")


# the text of a.conll or another name, what was found, what was expected
BROKEN = {
    "too few columns": (
        *("a.conll", "a\tO\nb\n", "line 2: 1 column."),
        "2 columns, as in line 1",
    ),
    "too many columns": (
        *("a.conll", "a O\nb c O\n\nc O\n", "line 2: 3 columns."),
        "2 columns, as in line 1",
    ),
    "the first line is the odd one": (
        *("a.conll", "a\nb\tO\nc\tO\n", "line 1: 1 column."),
        "2 columns, as in line 2",
    ),
    "a topic without its tag": (
        *("a.conll", "a\tO\n#b\nc\tO\n", "line 2: 1 column."),
        "2 columns, as in line 1",
    ),
    "no tag": (
        *("a.conll", "a\tO\nb\t\n", "line 2: the column tag is empty."),
        "_ where there is nothing",
    ),
    "no word": (
        *("a.conll", "a\tO\n\tO\n", "line 2: the column word is empty."),
        "_ where there is nothing",
    ),
    "CoNLL-U with two columns": (
        *("a.conllu", "a\tO\n", "line 1: 2 columns."),
        "10 columns, as CoNLL-U has",
    ),
    "CoNLL-U without a number": (
        *("a.conllu", "x" + "\t_" * 9 + "\n", 'line 1: "x" is no number of a token.'),
        "1, 2, 3, ...",
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_refused_in_exact_words(case: tuple[str, str, str, str]):
    name, text, found, expected = case
    with pytest.raises(UnreadableDataError) as refused:
        table_of(text, name)
    assert str(refused.value) == (
        f"{name}, {found}\n  expected: {expected}\n"
        f"  to fix:   correct that line{SKIP}\n  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    "text", ["# intent = a\n", "-DOCSTART- O\n\n", "#\n# b c\n"], ids=["1", "2", "3"]
)
def test_a_file_without_tokens_holds_no_rows(text: str):
    with pytest.raises(UnreadableDataError, match=r"^a\.conllu holds no rows\.\n"):
        table_of(text, "a.conllu")


def test_sentences_with_a_bad_line_are_left_out_once():
    found = table_of("a O\n\nb\nc\nd O\n\ne O\n", skip_bad_rows=True)
    assert found.rows == [(["a"], ["O"]), (["e"], ["O"])]
    assert found.bad_rows == ["a.conll, line 3: 1 column."]


def test_not_one_good_sentence():
    with pytest.raises(UnreadableDataError, match=r"^a\.conllu: not one row can be"):
        table_of("a O\n", "a.conllu", skip_bad_rows=True)


SIZES = {
    "snips/dev": (700, 6384, ("word", "tag", "intent")),
    "ud_english_ewt/dev": (2001, 25147, ("word", "2", "tag")),
    "wnut17/dev": (1009, 15733, ("word", "tag")),
    "wnut17/train": (3394, 62730, ("word", "tag")),
}


@pytest.mark.parametrize("name", SIZES)
def test_real_files_give_every_sentence(name: str):
    path = DATA / f"{name}.conll"
    if not path.exists():
        pytest.skip(f"{path} is not here: it is data for development")
    found = read(path)
    sentences, tokens, columns = SIZES[name]
    assert found.columns == columns
    assert len(found.rows) == sentences
    assert sum(len(row[0]) for row in found.rows) == tokens
    assert all(len(row[0]) == len(row[1]) for row in found.rows)
