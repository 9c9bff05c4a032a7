"""Settings that are about a forecast and not about its network, as a dataclass."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class ForecastSettings(Settings):
    """How far ahead, from how much, in which units, and how it is scored."""

    horizon: int = setting(
        0, "Moments to forecast; 0: a season, or 12 without one.", at_least=0
    )
    context: int = setting(
        0,
        "Moments that are read before each forecast, at most; 0: as many as suit the"
        " horizon and the season.",
        at_least=0,
    )
    season: int = setting(
        0,
        "Moments of a season: 12 for months; 1 for none; 0 finds it.",
        at_least=0,
    )
    transform: str = setting(
        "none",
        "What is forecast: the values, or their logarithms where growth is a factor.",
        one_of=("none", "log"),
    )
    scale: str = setting(
        "standard",
        "Whether each channel of each series is brought to mean 0 and deviation 1.",
        one_of=("standard", "none"),
    )
    calendar: bool = setting(
        True, "Whether hour, weekday, month and age of a moment are read beside it."
    )
    valid: int = setting(
        0,
        "Moments at the end of each series that are kept aside to choose by; 0:"
        " data.valid_share of it, at least one horizon.",
        at_least=0,
    )
    test: int = setting(
        0,
        "Moments after those that are kept aside to score on, where no --test file is"
        " given.",
        at_least=0,
    )
    stride: int = setting(
        0,
        "Moments from one forecast to the next where forecasts are scored (rolling"
        " origin); 0: as many as make a thousand forecasts.",
        at_least=0,
    )
    windows: int = setting(
        20_000,
        "Forecasts to learn from in an epoch, at most, evenly over all moments; 0: one"
        " for each moment.",
        at_least=0,
    )
    calibrate: bool = setting(
        True,
        "Whether intervals are widened until they hold what they promise on the"
        " validation part.",
    )
