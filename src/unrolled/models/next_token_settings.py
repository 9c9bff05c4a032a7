"""What a network that gives the next token is made of, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class NextTokenSettings(Settings):
    """Embedding, recurrent layers, softmax, and what keeps them from learning by heart.

    The five kinds of dropout and the two penalties are those of Merity et al. 2018,
    arXiv:1708.02182 (AWD-LSTM).
    """

    cell: str = setting("lstm", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    embedding: int = setting(
        128, "Numbers that stand for a token; 0 is a one-hot code.", at_least=0
    )
    hidden: int = setting(256, "Units of a layer.", at_least=1)
    layers: int = setting(1, "Recurrent layers on top of each other.", at_least=1)
    tied: bool = setting(
        True, "Whether a token is written with the vector that it is read with."
    )
    softmax: str = setting(
        "full",
        "Whether every token has a score of its own, or rare ones share some: adaptive,"
        " for vocabularies of 50,000 and more, never tied.",
        one_of=("full", "adaptive"),
    )
    dropout: float = setting(
        0.2,
        "Share of numbers set to zero between layers and before the softmax, the same"
        " ones for all tokens of a row.",
        at_least=0,
        at_most=0.95,
    )
    input_dropout: float = setting(
        0.1,
        "Share of the numbers that stand for a token set to zero, the same ones for all"
        " tokens of a row.",
        at_least=0,
        at_most=0.95,
    )
    word_dropout: float = setting(
        0.0,
        "Share of the tokens of the vocabulary whose vector is zero in a batch.",
        at_least=0,
        at_most=0.95,
    )
    weight_dropout: float = setting(
        0.0,
        "Share of the recurrent weights set to zero in a batch.",
        at_least=0,
        at_most=0.95,
    )
    activation_penalty: float = setting(
        0.0, "Price of large outputs: that times their mean square.", at_least=0
    )
    slowness_penalty: float = setting(
        0.0,
        "Price of outputs that change from token to token: that times the mean square"
        " of the difference.",
        at_least=0,
    )
    given_width: int = setting(
        32, "Numbers that stand for what is given, where something is.", at_least=1
    )
    given_state: bool = setting(
        True,
        "Whether what is given also decides the state before the first token; it is"
        " beside every token in any case.",
    )
