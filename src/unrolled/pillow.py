"""The package pillow, for whoever reads or draws pictures: the only file to import it.

    pillow("reading pictures").Image.open(path)

It comes with the extra `image`.
"""

from typing import Any

from unrolled.errors import MissingExtraError


def pillow(purpose: str) -> Any:
    """The package, with Image, ImageDraw, ImageFont and features in it.

    `purpose` begins the MissingExtraError that is raised without it.
    """
    try:
        import PIL.features
        import PIL.Image
        import PIL.ImageDraw
        import PIL.ImageFont
    except ImportError:
        raise MissingExtraError(
            package="pillow", extra="image", purpose=purpose
        ) from None
    return PIL
