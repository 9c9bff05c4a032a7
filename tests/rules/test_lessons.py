"""Every lesson runs, shows what it speaks of, and leads on to the next.

The pages are executed here as `make docs` executes them, with the sizes that they have:
eight small trainings, together about half a minute on one free core.
"""

import ast
import json
import re

import pytest
from scripts import lessons

NAMES = lessons.names()
LONGEST_SENTENCE = 40
"""Words."""


def text_of(name):
    return (lessons.LESSONS / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_runs_and_every_number_of_its_prose_is_shown(name):
    cells = lessons.run(name)
    assert lessons.unproven(cells) == []
    pictures = [one for cell in cells for one in cell.shown if one.kind == "html"]
    assert pictures, "no picture"
    assert all("<figure" in one.data and "aria-label" in one.data for one in pictures)
    assert all("<style>" in one.in_notebook for one in pictures)
    made = json.loads(lessons.notebook(cells))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in made["cells"]}) == len(cells)
    shown = sum(len(cell.get("outputs", [])) for cell in made["cells"])
    assert shown == sum(len(cell.shown) for cell in cells)
    page = lessons.page(name, cells)
    assert page.count('<div class="shown">') == len(pictures)
    assert f"({name}.ipynb)" in page


def test_there_are_eight_lessons_and_the_list_names_them_in_their_order():
    assert [name[0] for name in NAMES] == list("12345678")
    listed = (lessons.LESSONS / "README.md").read_text("utf-8")
    assert re.findall(r"\((\d[\w-]+)\.md\)", listed) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_ends_with_two_things_to_try_and_the_way_on(name):
    head, _, end = text_of(name).partition("\n## Try it\n")
    assert head.startswith(f"# {name[0]}. ")
    assert re.findall(r"^(\d)\. ", end, re.MULTILINE) == ["1", "2"]
    after = [*NAMES[NAMES.index(name) + 1 :], "README"][0]
    assert end.rstrip().splitlines()[-1].endswith(f"]({after}.md).")


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_uses_only_what_is_public(name):
    code = "\n".join(c.text for c in lessons.cells_of(text_of(name)) if c.is_code)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            words = [*(node.module or "").split("."), *(one.name for one in node.names)]
            assert not [word for word in words if word.startswith("_")]
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_short(name):
    prose = " ".join(c.text for c in lessons.cells_of(text_of(name)) if not c.is_code)
    prose = re.sub(r"^(#.*|\s+new state = .*|\d\. )", ".", prose, flags=re.MULTILINE)
    long = [
        one
        for one in re.split(r"[.:?!]\s", prose)
        if len(one.split()) > LONGEST_SENTENCE
    ]
    assert not long


# -- the tool itself -------------------------------------------------------------------

PAGE = """\
# 9. A page

Two words, 1,200 of them and 3.

```python
count = 1_200
print("three", 3)
```

And 77 more.

```python
"shown"
```

```text
not run
```

## Try it

1. Take 500.
"""


@pytest.fixture
def one_page(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "LESSONS", tmp_path)

    def write(text):
        (tmp_path / "9-page.md").write_text(text, encoding="utf-8")

    return write


def test_a_page_is_cut_into_prose_and_code_with_the_lines_of_the_file():
    found = [(cell.is_code, cell.line) for cell in lessons.cells_of(PAGE)]
    assert found == [(False, 1), (True, 6), (False, 9), (True, 13), (False, 15)]


def test_a_block_shows_what_it_prints_and_its_last_line(one_page):
    one_page(PAGE)
    cells = lessons.run("9-page")
    assert [cell.shown for cell in cells if cell.is_code] == [
        (lessons.Shown("text", "three 3\n"),),
        (lessons.Shown("value", "'shown'\n"),),
    ]
    assert "``` {.text .shown}\nthree 3\n```" in lessons.page("9-page", cells)


def test_a_number_of_the_prose_that_nothing_shows_is_named(one_page):
    one_page(PAGE)
    assert lessons.unproven(lessons.run("9-page")) == ["77"]


def test_a_page_that_fails_names_its_own_line(one_page):
    one_page("# 9. A page\n\n```python\nright = 1\n1 / 0\n```\n")
    with pytest.raises(ZeroDivisionError) as caught:
        lessons.run("9-page")
    assert caught.traceback[-1].lineno + 1 == 5


def test_a_notebook_leads_to_notebooks_and_names_what_lies_elsewhere(one_page):
    one_page("# 9. A page\n\n[on](1-a.md), [how](../how-to/b.md), [out](https://a.b)\n")
    (cell,) = json.loads(lessons.notebook(lessons.run("9-page")))["cells"]
    told = "".join(cell["source"])
    assert told.endswith("[on](1-a.ipynb), how, [out](https://a.b)")
