"""Pictures of every kind become the square of colors that a person would see."""

import io
import struct
import sys
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.signals.pictures import ENDINGS, MOST_PIXELS, read_picture, size_of

WHITE = [255, 255, 255]
RED, GREEN, BLUE = [255, 0, 0], [0, 255, 0], [0, 0, 255]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def saved(image: Image.Image, name: str = "x.png", **how) -> str:
    image.save(name, **how)
    return name


def colors(*rows: list[list[int]]) -> Image.Image:
    return Image.fromarray(np.array(rows, np.uint8))


def seen(path: str, size: int) -> list[list[list[int]]]:
    """Rows of pixels, each red, green, blue."""
    picture = read_picture(path, size=size)
    assert picture.shape == (3, size, size)
    assert picture.dtype == torch.uint8
    assert picture.is_contiguous()
    return picture.permute(1, 2, 0).tolist()


def refusal(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read_picture(path, size=8)
    return str(refused.value)


def test_a_picture_of_its_own_size_is_taken_as_it_is():
    path = saved(colors([RED, GREEN], [BLUE, [1, 2, 3]]))
    assert seen(path, 2) == [[RED, GREEN], [BLUE, [1, 2, 3]]]


def test_a_larger_picture_is_reduced_by_the_mean_of_each_area():
    quarter = [[10, 0, 0], [20, 0, 0]], [[30, 0, 0], [60, 0, 0]]
    rows = [[*one, *one] for one in quarter] * 2
    assert seen(saved(colors(*rows)), 2) == [[[30, 0, 0]] * 2] * 2


def test_a_wide_picture_lies_in_the_middle_of_white():
    path = saved(Image.new("RGB", (4, 2), "red"))
    assert seen(path, 4) == [[WHITE] * 4, [RED] * 4, [RED] * 4, [WHITE] * 4]


def test_a_high_picture_lies_in_the_middle_of_white():
    path = saved(Image.new("RGB", (20, 40), "red"))
    assert seen(path, 4) == [[WHITE, RED, RED, WHITE]] * 4


def test_a_line_of_pixels_keeps_one_pixel_of_its_shorter_side():
    path = saved(Image.new("RGB", (1000, 1), "red"))
    assert seen(path, 3) == [[WHITE] * 3, [RED] * 3, [WHITE] * 3]


def test_a_picture_of_one_pixel_fills_the_square():
    path = saved(Image.new("RGB", (1, 1), "blue"))
    assert seen(path, 3) == [[BLUE] * 3] * 3


def test_a_smaller_picture_is_enlarged_by_straight_lines():
    found = seen(saved(colors([[0, 0, 0], [200, 200, 200]])), 8)
    line = [pixel[0] for pixel in found[3]]
    assert line == [0, 0, 25, 75, 125, 175, 200, 200]


HOLDS = {
    ".png": ["1", "L", "LA", "P", "RGB", "RGBA"],
    ".jpg": ["1", "L", "RGB", "CMYK", "YCbCr"],
    ".jpeg": ["L"],
    ".webp": ["L", "P", "RGB", "RGBA"],
    ".gif": ["1", "L", "P", "RGB", "RGBA"],
    ".bmp": ["1", "L", "P", "RGB"],
    ".tif": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"],
    ".tiff": ["L"],
}


@pytest.mark.parametrize(
    ("ending", "mode"), [(end, mode) for end in ENDINGS for mode in HOLDS[end]]
)
def test_every_ending_in_every_mode_that_it_can_hold(ending: str, mode: str):
    white = Image.new("RGB", (40, 40), "white")
    path = saved(white.convert(mode), f"x{ending}")
    assert seen(path, 2) == [[WHITE] * 2] * 2


def test_colors_by_lightness_are_turned_into_light():
    lightest = Image.new("LAB", (4, 4), (255, 128, 128))
    assert min(seen(saved(lightest, "x.tif"), 1)[0][0]) >= 254


@pytest.mark.parametrize("ending", [".png", ".gif", ".bmp", ".tif"])
def test_a_palette_is_looked_up(ending: str):
    path = saved(colors([RED, GREEN], [BLUE, RED]).convert("P"), f"x{ending}")
    assert seen(path, 2) == [[RED, GREEN], [BLUE, RED]]


def test_what_is_transparent_lies_on_white():
    clear, half = (0, 0, 0, 0), (255, 0, 0, 51)
    image = Image.new("RGBA", (2, 1), clear)
    image.putpixel((1, 0), half)
    assert seen(saved(image), 2)[0] in ([WHITE, [255, 204, 204]], [WHITE] * 2)
    wide = Image.new("RGBA", (4, 4), half)
    assert seen(saved(wide), 2) == [[[255, 204, 204]] * 2] * 2


def test_what_is_transparent_lends_no_color_to_its_neighbors():
    """The mean of opaque red and clear green is half red on white, and no brown."""
    image = Image.new("RGBA", (2, 2), (0, 255, 0, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    image.putpixel((1, 1), (255, 0, 0, 255))
    [[[red, green, blue]]] = seen(saved(image), 1)
    assert red == 255
    assert abs(green - 127) <= 1
    assert green == blue


def test_a_transparent_color_of_a_palette_lies_on_white():
    image = colors([RED, GREEN], [BLUE, RED]).convert("P")
    path = saved(image, "x.gif", transparency=image.getpixel((0, 0)))
    assert seen(path, 2) == [[WHITE, GREEN], [BLUE, WHITE]]


def test_gray_of_16_bits_keeps_its_upper_8():
    values = np.array([[0, 255, 256], [40_000, 65_535, 32_768], [0, 0, 0]], np.uint16)
    for name in ("x.png", "x.tif"):
        found = seen(saved(Image.fromarray(values), name), 3)
        assert [[pixel[0] for pixel in row] for row in found[:2]] == [
            [0, 0, 1],
            [156, 255, 128],
        ]


def test_a_transparent_gray_of_16_bits_lies_on_white():
    values = np.array([[1000, 256], [256, 512]], np.uint16)
    path = saved(Image.fromarray(values), "x.png", transparency=256)
    assert seen(path, 2) == [[[3] * 3, WHITE], [WHITE, [2] * 3]]


def test_gray_of_big_endian_16_bits():
    values = np.array([[0, 40_000]] * 2, ">u2")
    image = Image.frombytes("I;16B", (2, 2), values.tobytes())
    assert seen(saved(image, "x.tif"), 2)[0] == [[0] * 3, [156] * 3]


@pytest.mark.parametrize("ending", [".jpg", ".tif"])
def test_cmyk_is_seen_in_its_colors(ending: str):
    """Cyan is the want of red; a JPEG holds it inverted, a TIFF as it is."""
    how = {"quality": 100} if ending == ".jpg" else {}
    path = saved(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), f"x{ending}", **how)
    [[[red, green, blue]]] = seen(path, 1)
    assert red <= 2
    assert min(green, blue) >= 253


def test_a_jpeg_of_adobe_holds_cmyk_inverted():
    path = saved(Image.new("CMYK", (16, 16), (0, 0, 0, 255)), "x.jpg", quality=100)
    assert b"Adobe" in Path(path).read_bytes()
    assert max(seen(path, 1)[0][0]) <= 2


@pytest.mark.parametrize(
    ("orientation", "rows"),
    [
        (1, [[RED, GREEN], [BLUE, WHITE]]),
        (2, [[GREEN, RED], [WHITE, BLUE]]),
        (3, [[WHITE, BLUE], [GREEN, RED]]),
        (4, [[BLUE, WHITE], [RED, GREEN]]),
        (5, [[RED, BLUE], [GREEN, WHITE]]),
        (6, [[BLUE, RED], [WHITE, GREEN]]),
        (7, [[WHITE, GREEN], [BLUE, RED]]),
        (8, [[GREEN, WHITE], [RED, BLUE]]),
        (99, [[RED, GREEN], [BLUE, WHITE]]),
    ],
)
@pytest.mark.parametrize("ending", [".png", ".tif", ".webp"])
def test_a_turned_picture_is_turned_back(orientation: int, rows, ending: str):
    exif = Image.Exif()
    exif[0x0112] = orientation
    how = {"lossless": True} if ending == ".webp" else {}
    image = colors([RED, GREEN], [BLUE, WHITE])
    assert seen(saved(image, f"x{ending}", exif=exif, **how), 2) == rows


@pytest.mark.parametrize("ending", [".jpg", ".tif", ".png"])
def test_a_turned_picture_keeps_its_share(ending: str):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(Image.new("RGB", (400, 200), "red"), f"x{ending}", exif=exif)
    found = read_picture(path, size=4)
    assert found[2, :, 0].tolist() == [255] * 4  # blue in the left column: white
    assert found[2, :, 1].max() <= 2  # and none in the next


def test_exif_that_is_damaged_is_passed_over():
    image = Image.new("RGB", (2, 2), "red")
    path = saved(image, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05damaged")
    assert seen(path, 1) == [[RED]]


@pytest.mark.parametrize("ending", [".gif", ".webp", ".tif", ".png"])
def test_of_several_the_first_is_read(ending: str):
    first, second = (Image.new("RGB", (2, 2), color) for color in ("red", "blue"))
    how = {"lossless": True} if ending == ".webp" else {}
    path = saved(first, f"x{ending}", save_all=True, append_images=[second], **how)
    assert seen(path, 1) == [[RED]]


def test_the_name_of_a_file_does_not_say_what_it_holds():
    Image.new("RGB", (2, 2), "red").save("x.jpg", format="PNG")
    assert seen("x.jpg", 1) == [[RED]]


def test_fifty_megapixels_are_read_soon_and_in_little_memory():
    saved(Image.new("L", (8_000, 6_250), 200), "x.png")
    saved(Image.new("RGB", (8_000, 6_250), "red"), "x.jpg")
    began = time.perf_counter()
    tracemalloc.start()
    assert seen("x.png", 8)[3][0] == [200] * 3
    assert read_picture("x.jpg", size=8)[0, 3, 0] >= 253
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000  # of Python's own; a JPEG is decoded at an eighth
    assert time.perf_counter() - began < 20


def bomb(side: int) -> bytes:
    """The head of a PNG that claims so many pixels a side, and no pixel."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + bytes(4)


@pytest.mark.parametrize("side", [10_001, 12_000, 20_000, 2_000_000_000])
def test_more_pixels_than_memory_holds_are_refused_unread(side: int):
    """Pillow warns from 9,459 a side on, and raises from 13,378 on."""
    Path("bomb.png").write_bytes(bomb(side))
    assert refusal("bomb.png") == (
        "bomb.png has more than 100 million pixels.\n"
        "  expected: a picture that fits into memory\n"
        "  to fix:   save it smaller\n"
        "  code:     unreadable-data"
    )


def test_as_many_pixels_as_are_allowed_are_not_too_many():
    assert MOST_PIXELS == 10_000**2
    Path("bomb.png").write_bytes(bomb(10_000))
    assert "cut off or damaged" in refusal("bomb.png")


def test_the_size_is_read_without_any_pixel():
    assert size_of(saved(Image.new("RGB", (3, 5)))) == (3, 5)
    Path("bomb.png").write_bytes(bomb(9_000))
    assert size_of("bomb.png") == (9_000, 9_000)
    Path("x.png").write_bytes(b"He is great")
    with pytest.raises(UnreadableDataError, match=r"^x\.png is no picture"):
        size_of("x.png")


def test_a_missing_picture():
    assert refusal("nowhere/x.png") == (
        "nowhere/x.png does not exist.\n"
        "  expected: the path of a picture\n"
        "  to fix:   check the spelling; a path is looked for beside the table it"
        " stands in\n"
        "  code:     unreadable-data"
    )


def test_a_folder_in_place_of_a_picture():
    Path("x.png").mkdir()
    assert refusal("x.png") == (
        "x.png is a folder, not a picture.\n"
        "  expected: the path of a picture\n"
        "  to fix:   name a file in it\n"
        "  code:     unreadable-data"
    )


def test_a_file_of_no_bytes():
    Path("x.png").touch()
    assert refusal("x.png") == (
        "x.png is empty: it has 0 bytes.\n"
        "  expected: a picture\n"
        "  to fix:   save or fetch that file again\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("content", [b"He is great", b"%!PS-Adobe-3.0 EPSF-3.0", b"\0"])
def test_a_file_that_is_no_picture(content: bytes):
    Path("x.png").write_bytes(content)
    assert refusal("x.png") == (
        "x.png is no picture that can be read.\n"
        "  expected: one of PNG, JPEG, WEBP, GIF, BMP, TIFF\n"
        "  to fix:   open it with another program and save it as PNG\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_that_is_cut_off(kind: str):
    random = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    whole = io.BytesIO()
    Image.fromarray(random).save(whole, kind)
    Path("x").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    words = refusal("x")
    if "is no picture" not in words:  # the half of a WebP or TIFF may have no head
        assert words == (
            "x is cut off or damaged: its picture cannot be read to the end.\n"
            "  expected: a whole picture\n"
            "  to fix:   fetch or save that file again\n"
            "  code:     unreadable-data"
        )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_no_damage_ends_in_a_traceback(kind: str):
    random = np.random.default_rng(1)
    pixels = random.integers(0, 255, (24, 24, 3), np.uint8)
    whole = io.BytesIO()
    Image.fromarray(pixels).save(whole, kind)
    for _ in range(60):
        damaged = bytearray(whole.getvalue())
        for place in random.integers(0, min(len(damaged), 600), 6):
            damaged[place] = random.integers(0, 256)
        Path("x").write_bytes(damaged[: random.integers(1, len(damaged) + 1)])
        try:
            assert read_picture("x", size=4).shape == (3, 4, 4)
        except UnreadableDataError as refused:
            assert refused.found.startswith("x ")


def test_numbers_of_32_bits_are_no_colors():
    path = saved(Image.fromarray(np.full((2, 2), 0.5, np.float32)), "x.tif")
    assert refusal(path) == (
        "x.tif holds numbers of 32 bits for its pixels, not colors.\n"
        "  expected: 8 or 16 bits for each color\n"
        "  to fix:   scale its numbers to 0 to 255 and save it as PNG\n"
        "  code:     unreadable-data"
    )


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch):
    """Root may read everything, so the refusal of the system is played."""
    path = saved(Image.new("RGB", (2, 2)))

    def denied(*_args, **_how):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(Image, "open", denied)
    assert refusal(path) == (
        "x.png cannot be opened: no permission.\n"
        "  expected: a picture that may be read\n"
        "  to fix:   chmod u+r x.png, or ask its owner\n"
        "  code:     unreadable-data"
    )


def test_a_name_that_is_too_long():
    assert (
        refusal("x" * 300)
        .split("\n")[0]
        .endswith("cannot be read: File name too long.")
    )


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    path = saved(Image.new("RGB", (2, 2)))
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError) as refused:
        read_picture(path, size=8)
    assert str(refused.value) == (
        'reading pictures needs the package "pillow", which is not installed.\n'
        '  expected: the extra "image" of unrolled\n'
        '  to fix:   pip install "unrolled[image]"\n'
        "  code:     missing-extra"
    )
