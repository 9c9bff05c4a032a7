"""Many numbers as small squares: columns are steps, rows are units.

    signed   −largest … 0 … largest   cool … clear … warm
    share    0 … 1                    clear … full

A picture of 100 units over 50 steps is one PNG of one byte a number, so a page with all
gates of a layer stays small. The strength of a color is its opacity: zero shows what is
behind, in light and in dark. A script may read the numbers back from the pixels to
within 1/254 of the largest: opacity · largest (rounded to 127ths), negative where blue
is above red.
"""

import torch
from torch import Tensor

from unrolled.drawing.frame import text
from unrolled.drawing.png import palette_png_uri
from unrolled.drawing.style import GATE, MINUS, PLUS

MIDDLE = 127
"""Steps of opacity from clear to full: enough for two decimals."""


def _signed() -> Tensor:
    steps = [min(round(abs(at - MIDDLE) * 255 / MIDDLE), 255) for at in range(255)]
    hues = [MINUS if at < MIDDLE else PLUS for at in range(255)]
    return torch.tensor([(*hue, step) for hue, step in zip(hues, steps, strict=True)])


def _share() -> Tensor:
    steps = [round(at * 255 / MIDDLE) for at in range(MIDDLE + 1)]
    return torch.tensor([(*GATE, step) for step in steps])


RAMPS = {"signed": _signed().byte(), "share": _share().byte()}
"""(colors, 4): red, green, blue, opacity."""


def pixels(values: Tensor, *, ramp: str, largest: float) -> Tensor:
    """Which color of the ramp each of `values`, (rows, columns), has; uint8."""
    share = torch.nan_to_num(values.float() / (largest or 1.0))
    if ramp == "signed":
        return (share.clamp(-1, 1) * MIDDLE + MIDDLE).round().byte()
    return (share.clamp(0, 1) * MIDDLE).round().byte()


def heat_map(
    values: Tensor,
    *,
    size: tuple[float, float],
    label: str,
    ramp: str = "signed",
    largest: float = 1.0,
    data: str = "",
) -> str:
    """An SVG picture of `values`, (rows, columns), of `size` (width, height) pixels.

    `data` is HTML attributes for a script, such as the number of each row's unit.
    """
    width, height = size
    picture = palette_png_uri(pixels(values, ramp=ramp, largest=largest), RAMPS[ramp])
    return (
        f'<svg class="heat" role="img" aria-label="{text(label)}" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'data-largest="{largest:g}" data-ramp="{ramp}" {data}>'
        f'<image width="{width:g}" '
        f'height="{height:g}" preserveAspectRatio="none" href="{picture}"/></svg>'
    )


def alike_together(values: Tensor) -> list[int]:
    """An order of units in which those that move alike stand together.

    `values` is (steps, units). The units lie around a circle, at the angle of their
    first two principal coordinates; the circle is cut where its widest gap is.
    """
    steps, units = values.shape
    if steps < 2 or units < 3:
        return list(range(units))
    clean = torch.nan_to_num(values.double())
    lengths = clean.norm(dim=0, keepdim=True).clamp(min=1e-12)
    places = torch.linalg.svd(clean / lengths, full_matrices=False).Vh[:2]
    angles = torch.atan2(places[1], places[0])
    order = angles.argsort(stable=True)
    gaps = angles[order].roll(-1) - angles[order]
    gaps[-1] += 2 * torch.pi
    return order.roll(-int(gaps.argmax()) - 1).tolist()
