"""`unrolled demo caption`, on made-up pictures."""

import shutil
from pathlib import Path

import pytest

from tests.cli.made_up import PARTS, QUICK, told, typing
from unrolled.cli.demos import caption
from unrolled.tasks._caption import sample_pictures

image = pytest.importorskip("PIL.Image", reason="pillow is not installed")


@pytest.fixture
def emoji(here, data) -> Path:
    (here / "png").mkdir()
    lines = ["picture,caption,caption_fr"]
    for number, (pixels, words) in enumerate(sample_pictures.rows()):
        drawn = image.new("RGB", (8, 8))
        drawn.putdata([tuple(pixel) for line in pixels for pixel in line])
        drawn.save(here / "png" / f"{number}.png")
        lines.append(f"png/{number}.png,{words},une image")
    for part in PARTS:
        (here / f"{part}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    data({part: here / f"{part}.csv" for part in PARTS}, "emoji_pictures")
    return here


def test_pictures_are_described_beside_what_they_show(emoji, command):
    shutil.copy(emoji / "png" / "0.png", emoji / "mine.png")
    found = command("demo", "caption", *QUICK, "--ask", "mine.png")
    assert found.code == 0, found.err
    assert "On 10 test rows:" in found.out
    assert "nearest picture" in found.out  # the baseline stands beside it
    assert f"\n  {'red square':42}  " in found.out
    assert f"\n  {'mine.png':42}  " in found.out
    assert "no other picture teaches its name" in found.out
    page = Path("model-page.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 11
    assert found.err.endswith(
        "Ask it more:\n  unrolled predict model PICTURE.png --show page.html\n"
    )


def test_a_typed_path_is_described(emoji, command, monkeypatch):
    monkeypatch.setattr("sys.stdin", typing("png/0.png", "nowhere.png", ""))
    found = command("demo", "caption", *QUICK)
    assert "or here, the path of a picture a line (an empty line ends):" in found.err
    assert "nowhere.png does not exist" in found.err


def test_shown_pictures_are_equally_far_apart(emoji, command, monkeypatch):
    monkeypatch.setattr(caption, "SHOWN", 5)
    found = told(command("demo", "caption", *QUICK, "--json").out)
    names = [Path(one["input"]).stem for one in found["answers"]]
    assert names == ["0", "2", "4", "6", "8"]
