"""Tagged sentences are written so that the readers give them back."""

from pathlib import Path

import pytest

from unrolled.errors import OutputError
from unrolled.readers import read
from unrolled.text.spans import check_spans, tags_from_offsets
from unrolled.text.tagged_files import TaggedSentence, conll, conllu, jsonl

ROWS = [
    TaggedSentence(
        tokens=["#topic", "New", "York", "!"],
        tags=["O", "B-LOC", "I-LOC", "O"],
        text="#topic\nNew York!",
        offsets=[(0, 6), (7, 10), (11, 15), (15, 16)],
    ),
    TaggedSentence(
        tokens=["né", "日"], tags=["O", "O"], text="né 日", offsets=[(0, 2), (3, 4)]
    ),
    TaggedSentence(tokens=["A"], tags=["B-X-y"], text="(A", offsets=[(1, 2)]),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def back(lines, name: str) -> list[dict]:
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    found = read(name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_columns_come_back():
    found = back(conll(ROWS), "a.conll")
    assert [row["word"] for row in found] == [row.tokens for row in ROWS]
    assert [row["tag"] for row in found] == [row.tags for row in ROWS]
    assert [row["text"] for row in found] == ["#topic New York!", "né 日", "(A"]


def test_columns_without_a_text_come_back():
    bare = [row._replace(text="", offsets=()) for row in ROWS]
    assert list(conll(bare[2:])) == ["A\tB-X-y", ""]
    assert list(back(conll(bare), "a.conll")[0]) == ["word", "tag"]


@pytest.mark.parametrize("column", ["upos", "xpos", "deps"])
def test_conll_u_comes_back(column: str):
    found = back(conllu(ROWS, column=column), "a.conllu")
    assert [row["form"] for row in found] == [row.tokens for row in ROWS]
    assert [row[column] for row in found] == [row.tags for row in ROWS]
    assert [row["text"] for row in found] == ["#topic New York!", "né 日", "(A"]


def test_conll_u_says_where_no_blank_is():
    assert list(conllu(ROWS[:1])) == [
        "# text = #topic New York!",
        "1\t#topic\t_\tO\t_\t_\t_\t_\t_\t_",
        "2\tNew\t_\tB-LOC\t_\t_\t_\t_\t_\t_",
        "3\tYork\t_\tI-LOC\t_\t_\t_\t_\t_\tSpaceAfter=No",
        "4\t!\t_\tO\t_\t_\t_\t_\t_\t_",
        "",
    ]


def test_json_lines_come_back_with_their_spans():
    found = back(jsonl(ROWS), "a.jsonl")
    assert [row["text"] for row in found] == [row.text for row in ROWS]
    assert [row["tokens"] for row in found] == [row.tokens for row in ROWS]
    assert [row["tags"] for row in found] == [row.tags for row in ROWS]
    assert [row["spans"] for row in found] == [[[7, 15, "LOC"]], [], [[1, 2, "X-y"]]]
    for row, there in zip(found, ROWS, strict=True):
        check_spans(row["text"], row["spans"], where="here")
        again = tags_from_offsets(row["text"], there.offsets, row["spans"], "BIO")
        assert again == there.tags


def test_json_lines_without_a_text_put_blanks_between():
    row = ROWS[0]._replace(text="", offsets=())
    assert list(jsonl([row])) == [
        '{"text": "#topic New York !", "spans": [[7, 15, "LOC"]],'
        ' "tokens": ["#topic", "New", "York", "!"],'
        ' "tags": ["O", "B-LOC", "I-LOC", "O"]}'
    ]


def test_json_lines_of_plain_tags_have_no_spans():
    row = TaggedSentence(tokens=["He", "is"], tags=["PRON", "AUX"])
    assert list(jsonl([row], plain=True)) == [
        '{"text": "He is", "tokens": ["He", "is"], "tags": ["PRON", "AUX"]}'
    ]


@pytest.mark.parametrize("token", ["", " ", "a\tb", "a\nb", "a\0"], ids=repr)
@pytest.mark.parametrize("write", [conll, conllu])
def test_a_token_that_is_no_cell_is_refused_in_exact_words(write, token: str):
    rows = [ROWS[1], TaggedSentence(tokens=["a", token], tags=["O", "O"])]
    with pytest.raises(OutputError) as refused:
        list(write(rows))
    assert str(refused.value) == (
        f"sentence 2, token 2 is {token!r}, which a column cannot hold.\n"
        "  expected: text without tabs and line ends, and not blank\n"
        "  to fix:   write the sentences as JSON lines, which hold any text\n"
        "  code:     output"
    )
