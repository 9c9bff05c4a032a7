"""Ten small pictures that are made up, with what they show."""

COLORS = {
    "red": ((220, 30, 30), (250, 80, 60), (180, 10, 20)),
    "blue": ((40, 60, 220), (30, 120, 250), (10, 20, 170)),
}
SHAPES = {
    "square": ("........", ".######.", ".######.", ".######."),
    "cross": ("...##...", "...##...", "...##...", "########"),
}
"""The upper half of each; the lower one is its mirror."""

Picture = list[list[list[int]]]


def rows() -> list[tuple[Picture, str]]:
    """Pictures of 8 × 8 × 3 numbers, and captions."""
    made = [
        (_drawn(shape, shades[number]), f"{name} {kind}")
        for number in range(3)
        for kind, shape in SHAPES.items()
        for name, shades in COLORS.items()
    ]
    return made[:10]


def _drawn(upper: tuple[str, ...], color: tuple[int, int, int]) -> Picture:
    lines = [*upper, *reversed(upper)]
    return [
        [list(color) if mark == "#" else [255, 255, 255] for mark in line]
        for line in lines
    ]
