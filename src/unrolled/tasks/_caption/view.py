"""A picture as the network reads it, for who looks inside: see tasks/_seeing.py.

regions   line 1, column 1    line 1, column 2    ...    line 8, column 8
"""

from math import isqrt

from unrolled.drawing.png import png_uri
from unrolled.models.picture_encoder import regions_of
from unrolled.models.picture_settings import PictureSettings
from unrolled.ragged import Ragged
from unrolled.tasks._pairs.view import Asked


def asked_of(source: Ragged, settings: PictureSettings, *, features: bool) -> Asked:
    """One picture, values (1, 3, size, size) uint8; or features (regions, width).

    A picture is a part of its own; nobody knows what features are a picture of.
    """
    if features:
        steps = [f"region {number + 1}" for number in range(len(source.values))]
        return Asked("regions", steps, {})
    side = isqrt(regions_of(settings))
    places = [(line + 1, column + 1) for line in range(side) for column in range(side)]
    steps = [f"line {line}, column {column}" for line, column in places]
    [picture] = source.values
    part = {"kind": "picture", "png": png_uri(picture), "side": side}
    return Asked("regions", steps, {}, parts=[part])
