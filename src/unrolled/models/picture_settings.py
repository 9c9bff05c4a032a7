"""How pictures are read and changed while training, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class PictureSettings(Settings):
    """From a picture to a vector for each of its regions."""

    size: int = setting(
        64, "Pixels along a side; every picture is made so large.", at_least=4
    )
    grid: int = setting(
        8, "Regions along a side, at most: what the decoder can tell apart.", at_least=1
    )
    channels: int = setting(
        16,
        "Numbers for each pixel after the first convolution; twice as many where the"
        " sides are halved.",
        at_least=1,
    )
    blocks: int = setting(
        1, "Residual blocks of two convolutions at the last size.", at_least=0
    )
    dropout: float = setting(
        0.1,
        "Share of the numbers of a region set to zero, the same in all regions.",
        at_least=0,
        at_most=0.95,
    )
    shift: float = setting(
        0.03,
        "Farthest that a picture is moved while training, as a share of its side.",
        at_least=0,
        at_most=0.5,
    )
    turn: float = setting(
        0.0,
        "Farthest that it is turned, in degrees; some for photographs.",
        at_least=0,
        at_most=180,
    )
    scale: float = setting(
        0.0,
        "Most that it is enlarged or made smaller, as a share of its side; some for"
        " photographs.",
        at_least=0,
        at_most=0.5,
    )
    color: float = setting(
        0.02,
        "Most that brightness and contrast are changed, as a share of their range."
        " Hues are never changed: they are words of captions.",
        at_least=0,
        at_most=0.5,
    )
    mirror: bool = setting(
        False,
        "Whether half of the pictures are mirrored while training: right where no"
        " caption says left or right, and no writing is in the pictures.",
    )
