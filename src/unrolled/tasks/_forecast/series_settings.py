"""Settings of how a table becomes series, as a dataclass."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class SeriesSettings(Settings):
    """Which columns stand beside the values, and what is done with odd times."""

    channels: str = setting(
        "together",
        "Whether several value columns are channels of one series, or a series each.",
        one_of=("together", "apart"),
    )
    past: str = setting(
        "",
        "Columns of covariates known up to the last value, with commas between.",
    )
    known: str = setting(
        "",
        "Columns of covariates known ahead, such as holidays, with commas between; rows"
        " below the last value hold those of the future.",
    )
    static: str = setting(
        "",
        "Columns of what never changes in a series, with commas between.",
    )
    step: str = setting(
        "",
        'From one moment to the next, such as "1 h", "15 min", "1 month"; rows are then'
        " put on that grid. Empty: as the times are.",
    )
    sort: bool = setting(
        False, "Whether rows out of order are put in order; otherwise they are refused."
    )
    repeats: str = setting(
        "refuse",
        "What is done where a series has several rows of one time.",
        one_of=("refuse", "mean", "last"),
    )
