"""Tables of sounds and texts that need no reader of their own: Common Voice."""

from pathlib import Path

from unrolled.readers import read

HEADER = (
    "client_id\tpath\tsentence_id\tsentence\tsentence_domain\tup_votes\tdown_votes"
    "\tage\tgender\taccents\tvariant\tlocale\tsegment"
)


def row(path: str, sentence: str) -> str:
    return f"c0ffee\t{path}\tab12\t{sentence}\t\t2\t0\t\t\t\t\ten\t"


def test_a_table_of_common_voice_has_its_columns_by_name():
    sentences = [
        'She said: "No!"',
        '"Quoted" at the start',
        '"All of it"',
        "It's 5, isn't it; or | not",
        '"Never closed',
        "naïve",
    ]
    rows = [row(f"common_voice_en_{n}.mp3", one) for n, one in enumerate(sentences)]
    Path("validated.tsv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    found = read("validated.tsv")
    assert found.columns == tuple(HEADER.split("\t"))
    path, sentence = found.column("path"), found.column("sentence")
    assert [cells[path] for cells in found.rows] == [
        f"common_voice_en_{n}.mp3" for n in range(len(sentences))
    ]
    assert [cells[sentence] for cells in found.rows] == sentences
