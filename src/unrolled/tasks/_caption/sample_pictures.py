"""Ten small pictures that are made up, with what they show."""

COLORS = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (40, 60, 220),
    "yellow": (230, 200, 20),
    "black": (0, 0, 0),
}
SHAPES = {
    "square": ("........", "........", "..####..", "..####.."),
    "cross": ("...##...", "...##...", "...##...", "########"),
}
"""The upper half of each; the lower one is its mirror."""

Picture = list[list[list[int]]]


def rows() -> list[tuple[Picture, str]]:
    """Pictures of 8 × 8 × 3 numbers, and captions."""
    return [
        (_drawn(shape, color), f"a {name} {kind}")
        for kind, shape in SHAPES.items()
        for name, color in COLORS.items()
    ]


def _drawn(upper: tuple[str, ...], color: tuple[int, int, int]) -> Picture:
    lines = [*upper, *reversed(upper)]
    return [
        [list(color) if mark == "#" else [255, 255, 255] for mark in line]
        for line in lines
    ]
