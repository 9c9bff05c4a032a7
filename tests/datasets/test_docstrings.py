"""docstrings: first lines and the rest, out of files that are never imported."""

import sysconfig

import pytest

from unrolled.datasets import docstrings
from unrolled.datasets.docstrings import Docstrings, read
from unrolled.errors import DatasetError

TEN = "one two three four five six seven eight nine ten"


def _rows(*docstrings):
    functions = [f'def f{n}():\n    """{one}"""\n' for n, one in enumerate(docstrings)]
    parts = Docstrings().convert({"a.py": "\n".join(functions).encode()})
    return [row for rows in parts.values() for row in rows]


def test_the_first_line_is_the_title_and_the_rest_the_text():
    body = f"{TEN}\n    and more.\n\n    A second."
    assert _rows(f"Tell what it does.\n\n    {body}\n    ") == [
        (f"{TEN} and more. A second.", "Tell what it does.")
    ]


def test_an_example_ends_the_text():
    shown = ">>> f()\n    1\n\n    Never read."
    table = "    a  b\n\n    Never read."
    for end in (shown, f"Like so:\n    {shown}", table):
        assert _rows(f"Tell what it does.\n\n    {TEN}\n\n    {end}\n    ") == [
            (TEN, "Tell what it does.")
        ]


def test_what_has_no_title_or_no_text_is_left_out():
    assert (
        _rows(
            f"Tell what it does.\n    {TEN}",
            "Tell what it does.",
            f"Two words.\n\n    {TEN}",
            "Tell what it does.\n\n    Too short.",
            "",
        )
        == []
    )


def test_a_text_ends_before_the_paragraph_that_makes_it_too_long():
    long = " ".join(["word"] * 111)
    assert _rows(f"Tell what it does.\n\n    {TEN}\n\n    {long}") == [
        (TEN, "Tell what it does.")
    ]


def test_modules_and_classes_count_and_what_is_no_python_does_not():
    files = {
        "a.py": f'"""Tell of it all.\n\n{TEN} a"""\n'.encode(),
        "b.py": f'class C:\n    """Tell of one.\n\n    {TEN} b"""\n'.encode(),
        "c.py": b"print 'old'\n",
        "d.py": b"# coding: nothing\n",
        "e.py": rb'"\d"'
        + f'\ndef f():\n    """Tell of this.\n\n    {TEN} e"""'.encode(),
    }
    parts = Docstrings().convert(files)
    titles = sorted(title for rows in parts.values() for _, title in rows)
    assert titles == ["Tell of it all.", "Tell of one.", "Tell of this."]


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    return tmp_path


def test_files_are_those_of_the_library_without_tests_and_packages(library):
    for path in ("a.py", "b/c.py", "test/d.py", "site-packages/e.py", "f.txt"):
        (library / path).parent.mkdir(exist_ok=True)
        (library / path).write_bytes(b"1/0")
    assert read() == {"a.py": b"1/0", "b/c.py": b"1/0"}


def test_a_library_without_files_is_said(library):
    with pytest.raises(DatasetError) as caught:
        read()
    assert str(caught.value) == (
        f"{library} has no file of Python.\n"
        "  expected: the standard library as text\n"
        "  to fix:   use a Python that was installed with its library unpacked\n"
        "  code:     dataset"
    )


def test_the_set_is_named_after_the_version_of_python():
    assert docstrings.Docstrings.package.version.startswith("3.")
