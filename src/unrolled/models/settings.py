"""What a network is made of, as settings: the architecture one can play with."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class ModelSettings(Settings):
    """The network between the numbers that go in and the scores that come out."""

    network: str = setting(
        "recurrent",
        "recurrent, or feedforward: one hidden layer over all places of a row, which it"
        " cuts at `places`; of the other settings it has embedding, evidence, hidden,"
        " the dropouts and noise.",
        one_of=("recurrent", "feedforward"),
    )
    places: int = setting(
        0,
        "Of a feedforward network: how many tokens of a row it has places for; 0 is the"
        " longest training row.",
        at_least=0,
    )
    cell: str = setting("lstm", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    embedding: int = setting(
        128, "Numbers that stand for a token; 0 is a one-hot code.", at_least=0
    )
    evidence: bool = setting(
        True,
        "Whether each token also brings what it says by itself: log-count ratios of the"
        " labels, counted on other training rows. Not with fewer than 50 rows.",
    )
    hidden: int = setting(
        64, "Units of a layer, for each direction it is read in.", at_least=1
    )
    layers: int = setting(1, "Recurrent layers on top of each other.", at_least=1)
    bidirectional: bool = setting(
        True, "Whether each layer also reads from the end to the beginning."
    )
    pooling: str = setting(
        "max+mean+inputs",
        "How states become one answer: last, mean, max, attention, inputs, or several"
        " joined by +.",
    )
    dropout: float = setting(
        0.5,
        "Share of numbers set to zero between layers while training.",
        at_least=0,
        at_most=0.95,
    )
    embedding_dropout: float = setting(
        0.5,
        "Share of the numbers that stand for a token set to zero while training.",
        at_least=0,
        at_most=0.95,
    )
    token_dropout: float = setting(
        0.2,
        "Share of tokens replaced by the unknown one while training.",
        at_least=0,
        at_most=0.95,
    )
    noise: float = setting(
        0.0,
        "Noise added to the numbers of a series while training, as a share of their"
        " deviation.",
        at_least=0,
    )
