"""What a network that transcribes is made of, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class TranscriberSettings(Settings):
    """The network between the frames of a sound and its symbols."""

    cell: str = setting("lstm", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    hidden: int = setting(
        128, "Units of a layer, for each direction it is read in.", at_least=1
    )
    layers: int = setting(2, "Recurrent layers on top of each other.", at_least=1)
    bidirectional: bool = setting(
        True,
        "Whether each layer also reads from the end to the beginning, for which the"
        " sound has to be over.",
    )
    delay: int = setting(
        5,
        "Vectors that a network in one direction has heard more of a sound when it says"
        " what was in it.",
        at_least=0,
    )
    dropout: float = setting(
        0.3,
        "Share of numbers set to zero before, between and after layers in training.",
        at_least=0,
        at_most=0.95,
    )
