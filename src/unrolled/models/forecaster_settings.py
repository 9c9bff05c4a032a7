"""What a forecaster is made of, as settings."""

from dataclasses import dataclass
from itertools import pairwise

from unrolled.errors import SettingError
from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class ForecasterSettings(Settings):
    """The network between a window of a series and what is said of its future."""

    kind: str = setting(
        "direct",
        "Whether all moments to come are told at once (direct), or one after the other,"
        " each from the one before, as paths drawn by chance (autoregressive).",
        one_of=("direct", "autoregressive"),
    )
    distribution: str = setting(
        "quantiles",
        "What is said of each moment to come: quantiles without a form, or the"
        " parameters of a distribution. negative_binomial is for counts, which are then"
        " not standardized.",
        one_of=("quantiles", "gaussian", "student", "negative_binomial"),
    )
    levels: str = setting(
        "0.025,0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95,0.975",
        "Quantiles that are told, as shares below them, with commas; 0.5 among them.",
    )
    cell: str = setting("gru", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    hidden: int = setting(256, "Units of a layer.", at_least=1)
    layers: int = setting(1, "Recurrent layers on top of each other.", at_least=1)
    dropout: float = setting(
        0.5,
        "Share of numbers set to zero between layers and before the last product, while"
        " training.",
        at_least=0,
        at_most=0.95,
    )
    group_width: int = setting(
        16,
        "Numbers that stand for each channel, each series and each value of what never"
        " changes; 0 does not tell them apart.",
        at_least=0,
    )
    segment: int = setting(
        24,
        "Moments that a direct forecaster reads, and writes, in one step of its cell.",
        at_least=1,
    )
    season: int = setting(
        0,
        "Moments of a season: what is read and told is the change over it, but for"
        " counts. 0: a direct forecaster takes off the last value, the other nothing.",
        at_least=0,
    )
    window_scale: bool = setting(
        True,
        "Whether a direct forecaster divides each window by its own spread, and"
        " multiplies what it tells by it; an autoregressive one does in any case.",
    )
    paths: int = setting(
        200,
        "Futures drawn for each window: by an autoregressive forecaster, and where a"
        " distribution has no closed quantiles.",
        at_least=1,
    )


def levels_of(settings: ForecasterSettings) -> tuple[float, ...]:
    """The levels as numbers, rising. Raises SettingError for what is none."""
    try:
        levels = tuple(float(part) for part in settings.levels.split(","))
    except ValueError:
        levels = ()
    rising = all(low < high for low, high in pairwise(levels))
    inside = all(0 < level < 1 for level in levels)
    if 0.5 not in levels or not rising or not inside:
        raise SettingError(
            found=f'model.levels is "{settings.levels}".',
            expected="rising numbers between 0 and 1 with commas, 0.5 among them",
            fix="write 0.1,0.5,0.9 for an interval of 80 % around the median",
        )
    return levels
