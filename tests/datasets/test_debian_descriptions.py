"""debian_descriptions: what is taken from an index, and that families stay together."""

from unrolled.datasets.debian_descriptions import DebianDescriptions

WORDS = " ".join(f"w{n}" for n in range(18))
LONG = " ".join(["word"] * 103)


def _entry(package, title, *lines):
    text = "".join(f" {line}\n" for line in lines)
    return f"Package: {package}\nDescription-md5: 0\nDescription-en: {title}\n{text}\n"


def _rows(*entries, sources=""):
    files = {
        "_Translation-en": "".join(entries).encode(),
        "_Packages": sources.encode(),
    }
    parts = DebianDescriptions().convert(files)
    return [row for rows in parts.values() for row in rows]


def test_a_text_is_the_paragraphs_before_the_first_list():
    lines = (WORDS, "and more.", ".", "A second  one:", "  * a list", ".", "The end.")
    assert _rows(_entry("a", "a tool for words", *lines)) == [
        (f"{WORDS} and more. A second one:", "a tool for words")
    ]


def test_a_paragraph_that_makes_it_too_long_is_left_out():
    entry = _entry("a", "a tool for words", WORDS, ".", LONG, ".", "Short.")
    assert _rows(entry) == [(WORDS, "a tool for words")]


def test_what_is_too_short_or_stands_for_another_package_is_left_out():
    assert (
        _rows(
            _entry("a", "a tool for words", "Too short."),
            _entry("b", "two words", WORDS),
            _entry("c", " ".join(["word"] * 13), WORDS),
            _entry("d", "a tool for words", LONG + LONG),
            _entry("e", "a tool (transitional package)", WORDS),
            _entry("f", "a tool for words", WORDS, "This is a dummy package."),
            "Package: g\nDescription-en: a tool for words\n",
            "nothing of the kind\n\n",
        )
        == []
    )


def test_of_packages_built_from_one_source_the_one_of_its_name_is_taken():
    entries = [
        _entry("libtool1", "library of the tool", WORDS, "one"),
        _entry("tool", "the tool for words", WORDS, "two"),
        _entry("tool-doc", "documentation of the tool", WORDS, "three"),
        _entry("x-long", "the longer of two", WORDS, "four"),
        _entry("x-sho", "the shorter of two", WORDS, "five"),
    ]
    sources = (
        "Package: libtool1\nVersion: 1\nSource: tool\n\nPackage: tool\n\n"
        "Package: tool-doc\nSource: tool (1.2)\n\n"
        "Package: x-long\nSource: x\n\nPackage: x-sho\nSource: x\n"
    )
    assert sorted(title for _, title in _rows(*entries, sources=sources)) == [
        "the shorter of two",
        "the tool for words",
    ]


def test_an_entry_in_two_lists_counts_once():
    entry = _entry("a", "a tool for words", WORDS)
    assert len(_rows(entry, entry)) == 1


def test_texts_that_share_ten_words_in_a_row_are_in_one_part(monkeypatch):
    monkeypatch.setattr(
        "unrolled.datasets.debian_descriptions.SIZES", {"valid": 20, "test": 20}
    )
    entries = []
    for family in range(100):
        shared = " ".join(f"f{family}x{n}" for n in range(10))
        for member in range(2):
            own = " ".join(f"m{family}x{member}x{n}" for n in range(9))
            title = f"one of family {family}"
            entries.append(_entry(f"p{family}x{member}", title, own, shared))
    parts = DebianDescriptions().convert(
        {"_Translation-en": "".join(entries).encode(), "_Packages": b""}
    )
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 160,
        "valid": 20,
        "test": 20,
    }
    for rows in parts.values():
        titles = [title for _, title in rows]
        assert all(titles.count(title) == 2 for title in titles)
