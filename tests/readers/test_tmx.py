"""Translation memories: units, languages, codes inside segments, and what is broken."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def memory(*units: str, srclang: str = "en", before: str = "") -> str:
    """A whole file; its first unit stands in line 4."""
    units = tuple(f"<tu>{unit}</tu>\n" for unit in units)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}\n'
        f'<tmx version="1.4"><header srclang="{srclang}" segtype="sentence"/>\n'
        f"<body>\n{''.join(units)}</body></tmx>\n"
    )


def tuv(language: str, text: str) -> str:
    return f'<tuv xml:lang="{language}"><seg>{text}</seg></tuv>'


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    units = [tuv("en", label) + tuv("fr", escape(text)) for label, text in rows]
    return {"a.tmx": {"a.tmx": memory(*units)}}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    assert path == "a.tmx"
    return ("en", "fr"), rows


def read_memory(*units: str, **more: str) -> Table:
    Path("a.tmx").write_text(memory(*units, **more), encoding="utf-8")
    return read("a.tmx")


def refused(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    Path("a.tmx").write_bytes(data)
    with pytest.raises(UnreadableDataError) as refusal:
        read("a.tmx")
    return str(refusal.value)


def test_the_languages_are_columns_and_a_second_text_is_a_further_one():
    found = read_memory(
        tuv("EN", "Thank you.") + tuv("fr", "Merci."),
        tuv("fr", "Salut !") + tuv("en", "Hi!") + tuv("fr", "Bonjour !"),
    )
    assert found == Table(
        ("en", "fr", "fr 2"),
        [("Thank you.", "Merci.", ""), ("Hi!", "Salut !", "Bonjour !")],
        ["a.tmx, line 4 (unit 1)", "a.tmx, line 5 (unit 2)"],
        "a.tmx",
        ["encoding: UTF-8", "languages: en, fr"],
    )


def test_the_source_language_of_the_header_comes_first():
    unit = tuv("en-US", "Hi") + tuv("fr", "Salut")
    assert read_memory(unit, srclang="fr-FR").columns == ("fr", "en")
    assert read_memory(unit, srclang="EN_us").columns == ("en", "fr")
    assert read_memory(unit, srclang="*all*").columns == ("en", "fr")


def test_regions_are_told_apart_where_there_are_two_of_a_language():
    units = [
        tuv("fr-FR", "Salut") + tuv("pt-BR", "Oi") + tuv("pt-PT", "Olá"),
        tuv("fr-FR", "Merci") + tuv("pt-BR", "Obrigado"),
    ]
    found = read_memory(*units, srclang="pt-PT")
    assert found.columns == ("pt-pt", "fr", "pt-br")
    assert found.rows == [("Olá", "Salut", "Oi"), ("", "Merci", "Obrigado")]
    assert found.notes[-1] == "units without pt-pt: 1"


def test_an_older_name_of_the_attribute_is_read():
    unit = '<tuv lang="EN"><seg>Hi</seg></tuv><tuv lang="FR"><seg>Salut</seg></tuv>'
    assert read_memory(unit).rows == [("Hi", "Salut")]


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ('Press <ph x="1">{b}</ph>Start.', "Press Start."),
        ('<bpt i="1">&lt;b></bpt>Bold<ept i="1">&lt;/b></ept> move', "Bold move"),
        ('<it pos="begin">&lt;i></it>It', "It"),
        ("<ut>{\\f1}</ut>Old", "Old"),
        ('A <hi type="x">high</hi> word', "A high word"),
        ('<ph>code <sub>Tip <bpt i="2"/>deep</sub> code</ph>Text', "Text"),
        ("one\n      two\n", "one two"),
        (" Caf&#233; &amp; th&#xE9; &lt;3 ", "Café & thé <3"),
        ("<![CDATA[1 < 2]]>", "1 < 2"),
    ],
)
def test_the_text_of_a_segment(segment, text):
    assert read_memory(tuv("en", segment) + tuv("fr", "x")).rows == [(text, "x")]


def test_notes_and_properties_of_a_unit_are_no_texts():
    unit = "<note>Hi</note><prop type='x'>y</prop>" + tuv("en", "a") + tuv("fr", "b")
    assert read_memory(unit).rows == [("a", "b")]


def test_a_unit_without_one_of_two_languages_is_a_bad_row():
    whole = tuv("en", "a") + tuv("fr", "b")
    text = memory(whole, tuv("en", "alone") + tuv("fr", " "), whole)
    assert refused(text) == (
        "a.tmx, line 5 (unit 2): a unit without fr.\n"
        "  expected: a text in en and in fr\n"
        "  to fix:   add it, or take the unit away, or leave such rows out with"
        " --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("a.tmx", skip_bad_rows=True)
    assert found.rows == [("a", "b"), ("a", "b")]
    assert found.bad_rows == ["a.tmx, line 5 (unit 2): a unit without fr."]


def test_an_encoding_that_the_file_names_is_used():
    text = memory(tuv("en", "coffee") + tuv("fr", "café"))
    for name, codec in [("ISO-8859-1", "latin-1"), ("windows-1250", "cp1250")]:
        data = text.replace("UTF-8", name).encode(codec)
        Path("a.tmx").write_bytes(data)
        assert read("a.tmx").rows == [("coffee", "café")]
        assert read("a.tmx").notes[0] == f"encoding: {codec}"
    Path("a.tmx").write_bytes(text.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert read("a.tmx").rows == [("coffee", "café")]


def test_a_document_type_is_passed_over():
    unit = tuv("en", "a") + tuv("fr", "b")
    doctype = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    assert read_memory(unit, before=doctype).rows == [("a", "b")]


@pytest.mark.parametrize(
    ("declared", "text", "name"),
    [
        ('[<!ENTITY lol "lol">]', "&lol;", "lol"),
        ('[<!ENTITY lol "lol">]', "never used", "lol"),
        ('[<!ENTITY file SYSTEM "file:///etc/hostname">]', "&file;", "file"),
        ('[<!ENTITY % all SYSTEM "all.dtd"> %all;]', "text", "all"),
        ('SYSTEM "tmx14.dtd"', "caf&eacute;", "eacute"),
    ],
)
def test_entities_of_its_own_are_refused(declared, text, name):
    unit = tuv("en", "a") + tuv("fr", text)
    told = refused(memory(unit, before=f"<!DOCTYPE tmx {declared}>"))
    line = 4 if name == "eacute" else 1
    assert told == (
        f'a.tmx, line {line}: an entity "{name}" of its own.\n'
        "  expected: a text without any\n"
        "  to fix:   export the memory again as plain TMX 1.4\n"
        "  code:     unreadable-data"
    )


def test_what_is_no_xml_is_refused_with_its_place():
    text = memory(tuv("en", "a & b") + tuv("fr", "c"))
    assert refused(text) == (
        "a.tmx, line 4, column 32: not XML (not well-formed (invalid token)).\n"
        "  expected: a whole translation memory in XML\n"
        "  to fix:   export it again, or correct that place\n"
        "  code:     unreadable-data"
    )
    assert "not XML (no element found)" in refused(memory(tuv("en", "a"))[:-14])
    assert "not XML" in refused(memory(tuv("en", "a\x01")))


def test_what_is_no_memory_is_refused_in_words():
    nothing = (
        "a.tmx holds no <tu> with a <tuv> in it.\n"
        "  expected: a translation memory (TMX) with units in it\n"
        "  to fix:   export it again as TMX 1.4\n"
        "  code:     unreadable-data"
    )
    assert refused(memory()) == nothing
    assert refused(memory("<note>x</note>")) == nothing
    assert refused("<html><p>Hi</p></html>") == nothing
    assert refused(memory("<tuv><seg>a</seg></tuv>")) == (
        "a.tmx, line 4: a <tuv> without a language.\n"
        "  expected: xml:lang on each\n"
        "  to fix:   export the memory again as plain TMX 1.4\n"
        "  code:     unreadable-data"
    )
