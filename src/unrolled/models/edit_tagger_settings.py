"""What a tagger of edits is made of, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class EditTaggerSettings(Settings):
    """The network between words and what is to be done with them."""

    cell: str = setting("lstm", "The recurrent cell; `unrolled cells` lists them.")
    cell_options: str = setting(
        "", "Options of the cell as key=value,key=value; reset=before for gru."
    )
    embedding: int = setting(
        100, "Numbers that stand for a word, and for how familiar it is.", at_least=1
    )
    letters: str = setting(
        "recurrent",
        "How the letters of a word are read: by a recurrent layer of the same cell in"
        " both directions, by a convolution over three letters, or not at all.",
        one_of=("recurrent", "convolution", "none"),
    )
    letters_hidden: int = setting(
        32, "Units that read letters, for each direction.", at_least=1
    )
    affixes: int = setting(
        32,
        "Numbers that stand for the first and last one to four letters of a word; 0"
        " leaves them out.",
        at_least=0,
    )
    hidden: int = setting(
        256, "Units of a layer, for each direction it is read in.", at_least=1
    )
    layers: int = setting(1, "Recurrent layers on top of each other.", at_least=1)
    bidirectional: bool = setting(
        True, "Whether each layer also reads from the end to the beginning."
    )
    dropout: float = setting(
        0.2,
        "Share of numbers set to zero before, between and after layers in training.",
        at_least=0,
        at_most=0.95,
    )
    embedding_dropout: float = setting(
        0.1,
        "Share of the numbers that stand for a letter or a word set to zero in"
        " training.",
        at_least=0,
        at_most=0.95,
    )
    token_dropout: float = setting(
        0.5,
        "Share of the words seen once that are read as the unknown one in training;"
        " frequent words less often.",
        at_least=0,
        at_most=0.95,
    )
