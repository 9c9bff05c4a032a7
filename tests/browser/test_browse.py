"""The look at the built website, in a browser, finds what files do not tell."""

import pytest
from scripts import browse

FOUND = """<script>
document.querySelector("input").addEventListener("input", (event) => {
  if (event.target.value === "known")
    document.body.insertAdjacentHTML("beforeend",
      '<p class="md-search-result__item">here</p>');
});
</script>"""
PAGE = '<meta name="viewport" content="width=device-width"><body>{}<input'
PAGE += ' class="md-search__input">' + FOUND


@pytest.fixture
def look(chromium, tmp_path, monkeypatch):
    """A function that looks at a folder with one page in a browser of the session."""

    def at(inside, asked="known"):
        (tmp_path / "part").mkdir()
        (tmp_path / "part" / "a.html").write_text(PAGE.replace("{}", inside))
        page = chromium.new_page(viewport={"width": browse.TELEPHONE, "height": 900})
        try:
            return list(browse.looked_at(page, tmp_path, "part", asked))
        finally:
            page.close()

    return at


FAULTS = {
    "<img src='http://127.0.0.1:9/a.png'>": "asks for http://127.0.0.1:9/a.png",
    "<script>fetch('http://127.0.0.1:9/')</script>": "asks for http://127.0.0.1:9/",
    "<script>throw new Error('broken')</script>": "broken",
    "<div style='width: 800px'>wide</div>": "is 808 pixels wide",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named_with_its_page(look, fault):
    assert f"part/a.html: {FAULTS[fault]}" in look(fault)


def test_a_sound_page_whose_search_finds_something_has_no_faults(look):
    assert look("words") == []


def test_a_search_that_finds_nothing_is_a_fault(look, monkeypatch):
    monkeypatch.setattr(browse, "PATIENCE", 300)
    assert look("words", asked="unknown") == ['the search for "unknown" finds nothing']


def test_without_a_browser_nothing_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(browse, "NAMES", ())
    assert browse.faults(tmp_path, "part", "known") is None
