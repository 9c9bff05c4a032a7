"""Pictures of the emoji of a font in color, drawn on the user's machine.

    "🧑" + joiner + "🌾"     one drawing of a farmer, if the font has it
                              else a person and a sheaf of rice: not in it

Joined emoji need the library FriBidi beside pillow, which most Linux systems have.
Needs the extra `image` (the package pillow).
"""

import io
from typing import final

from unrolled.errors import DatasetError
from unrolled.pillow import pillow

_DRAWN_AT = 96  # points; a drawing is then 124 pixels wide and high
_KNOWN = "\N{GRINNING FACE}"  # every such font has it


@final
class Drawings:
    """The drawings of one font."""

    def __init__(self, font: bytes) -> None:
        """Raises MissingExtraError without pillow, DatasetError without FriBidi."""
        self._pillow = pillow("drawing pictures")
        if not self._pillow.features.check("raqm"):
            raise DatasetError(
                found="pillow cannot join emoji here: it does not find FriBidi.",
                expected="the library FriBidi, to draw a farmer and not a person and"
                " a sheaf of rice",
                fix="install it: apt-get install libfribidi0, or brew install fribidi",
            )
        self._font = self._pillow.ImageFont.truetype(io.BytesIO(font), _DRAWN_AT)
        self._width: float = self._font.getlength(_KNOWN)

    def __contains__(self, emoji: str) -> bool:
        # What the font lacks is drawn as a box of another width, or as its parts.
        return self._font.getlength(emoji) == self._width

    def png(self, emoji: str, size: int) -> bytes:
        """The drawing on white, of `size` pixels a side, as a PNG file."""
        side = round(self._width)
        canvas = self._pillow.Image.new("RGB", (side, side), "white")
        pen = self._pillow.ImageDraw.Draw(canvas)
        pen.text((0, 0), emoji, fill="black", font=self._font, embedded_color=True)
        file = io.BytesIO()
        box = self._pillow.Image.Resampling.BOX
        canvas.resize((size, size), box).save(file, "PNG")
        return file.getvalue()
