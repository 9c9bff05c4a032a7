"""The test of the built website finds each kind of fault, and none in a sound page."""

import pytest
from scripts import links

SOUND = """\
<html><head><link rel="stylesheet" href="style.css"><link rel="icon" href="a.png">
<link rel="next" href="https://elsewhere.example/"></head><body><h1 id="top">A</h1>
<a href="#top">up</a> <a href="other.html#place">other</a> <a href="deep/">deep</a>
<a href="https://elsewhere.example/">elsewhere</a> <a href="mailto:a@b.example">mail</a>
<img src="a.png" alt="a picture"><img src="data:image/png;base64,AAAA" alt="">
<svg role="img" aria-label="a line"><path d="M0 0L1 1"/><use href="#top"/></svg>
<p>Information and a nan in the text are no numbers of a picture.</p>
</body></html>
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "style.css").write_text("a { background: url(a.png) }")
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "other.html").write_text('<p id="place">')
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "index.html").write_text('<a href="../page.html#top">')
    (tmp_path / "page.html").write_text(SOUND)
    links.read.cache_clear()
    return tmp_path


def test_a_sound_site_has_no_faults(site):
    assert links.faults(site) == []


FAULTS = {
    '<a href="lost.html">': "lost.html leads nowhere",
    '<a href="../../etc/hosts">': "../../etc/hosts leads nowhere",
    '<a href="deep/#lost">': "deep/#lost: there is no such place on that page",
    '<img src="lost.png" alt="">': "lost.png leads nowhere",
    '<img src="a.png">': "no words for the picture a.png",
    '<img src="https://a.example/a.png" alt="">': "loads https://a.example/a.png",
    '<script src="//a.example/a.js"></script>': "loads //a.example/a.js",
    '<link rel="preconnect" href="https://a.example">': "loads https://a.example",
    '<p style="background: url(http://a.example/b)">': "loads http://a.example/b",
    "<style>@import 'http://a.example/c';</style>": "loads http://a.example/c",
    '<svg role="img"></svg>': "a drawing has no name",
    '<svg role="img" aria-labelledby="gone"></svg>': "no element has the id gone",
    '<svg><path d="M0 nanL1 1"/></svg>': "<path> has d='M0 nanL1 1'",
    '<svg><rect height="inf"/></svg>': "<rect> has height='inf'",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named_with_its_page(site, fault):
    (site / "page.html").write_text(SOUND.replace("</body>", f"{fault}</body>"))
    assert links.faults(site) == [f"page.html: {FAULTS[fault]}"]


def test_a_style_sheet_loads_nothing_from_elsewhere(site):
    (site / "style.css").write_text("@import url('https://a.example/d.css');")
    assert links.faults(site) == ["style.css: loads https://a.example/d.css"]
