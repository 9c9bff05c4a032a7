"""docs/reference/ is what `make docs` writes, and a reader can reach every page."""

import re

import pytest
from scripts.docs import DOCS, pages

from tests.rules.source import ROOT

LINK = re.compile(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)")


def test_the_committed_reference_is_what_the_code_says():
    made = pages()
    old = [*(DOCS / "reference").glob("*.md"), DOCS / "decisions" / "README.md"]
    committed = {p.relative_to(DOCS).as_posix(): p.read_text("utf-8") for p in old}
    names = {*made, *committed}
    stale = {name for name in names if made.get(name) != committed.get(name)}
    assert not stale, f"run `make docs`: {', '.join(sorted(stale))}"


def test_a_page_whose_part_is_missing_is_left_out(monkeypatch):
    def gone(name):
        raise ModuleNotFoundError(f"No module named '{name}'", name="unrolled.cli.app")

    monkeypatch.setattr("scripts.docs.import_module", gone)
    assert set(pages()) == {"reference/README.md", "decisions/README.md"}


def test_a_missing_package_of_others_is_not_hidden(monkeypatch):
    def gone(_name):
        raise ModuleNotFoundError("No module named 'typer'", name="typer")

    monkeypatch.setattr("scripts.docs.import_module", gone)
    with pytest.raises(ModuleNotFoundError, match="typer"):
        pages()


def test_every_page_can_be_reached_and_no_link_leads_nowhere():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        assert page.is_file(), f"a link leads to {page}, which is not there"
        if page not in seen:
            seen.add(page)
            links = LINK.findall(page.read_text("utf-8"))
            waiting += [page.parent / link for link in links]
    lost = {page for page in (ROOT / "docs").rglob("*.md")} - seen
    assert not lost, f"no link leads to {sorted(map(str, lost))}"
