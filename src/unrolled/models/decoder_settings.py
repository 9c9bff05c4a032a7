"""What a decoder with attention is made of, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class DecoderSettings(Settings):
    """Attention, decoder, softmax, and what keeps them from learning by heart.

    Dropout is one mask for all moments of a row (Gal and Ghahramani 2016,
    arXiv:1512.05287).
    """

    cell: str = setting("lstm", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    embedding: int = setting(256, "Numbers that stand for a token.", at_least=1)
    hidden: int = setting(256, "Units of a layer of the decoder.", at_least=1)
    layers: int = setting(1, "Recurrent layers on top of each other.", at_least=1)
    attention: str = setting(
        "multiplicative",
        "How the decoder looks back at the source: additive (Bahdanau), multiplicative"
        " (Luong), or none, which leaves it one vector for the whole source.",
        one_of=("additive", "multiplicative", "none"),
    )
    coverage: float = setting(
        0.0,
        "Price of looking twice at the same place of the source (See et al. 2017);"
        " above 0 the attention is also told what it has seen.",
        at_least=0,
    )
    tied: bool = setting(
        True, "Whether a token is written with the vector that it is read with."
    )
    dropout: float = setting(
        0.2,
        "Share of numbers set to zero between layers and before the softmax.",
        at_least=0,
        at_most=0.95,
    )
    input_dropout: float = setting(
        0.1,
        "Share of the numbers that stand for a token set to zero.",
        at_least=0,
        at_most=0.95,
    )
    word_dropout: float = setting(
        0.0,
        "Share of the tokens that are read as the unknown one.",
        at_least=0,
        at_most=0.95,
    )
    label_smoothing: float = setting(
        0.1,
        "Share of each answer that training spreads over all tokens (Szegedy et al."
        " 2016).",
        at_least=0,
        at_most=0.9,
    )
    scheduled_sampling: float = setting(
        0.0,
        "Share of the tokens that the decoder reads, in training, as it would have"
        " written them itself, in place of the true ones.",
        at_least=0,
        at_most=1,
    )
