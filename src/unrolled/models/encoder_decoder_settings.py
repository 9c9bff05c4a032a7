"""What an encoder with a decoder is made of, as settings."""

from dataclasses import dataclass

from unrolled.models.decoder_settings import DecoderSettings
from unrolled.settings import setting


@dataclass(frozen=True, kw_only=True)
class EncoderDecoderSettings(DecoderSettings):
    """The decoder's, and those of an encoder that reads a text."""

    hidden: int = setting(
        256,
        "Units of a layer of the decoder; the encoder has half as many in each of its"
        " two directions.",
        at_least=1,
    )
    layers: int = setting(
        1, "Recurrent layers on top of each other, in both halves.", at_least=1
    )
    copy: bool = setting(
        False,
        "Whether words may be copied from the source, unknown ones too (the pointer-"
        "generator of See et al. 2017).",
    )
    word_dropout: float = setting(
        0.0,
        "Share of the tokens of source and target that are read as the unknown one.",
        at_least=0,
        at_most=0.95,
    )
    weight_dropout: float = setting(
        0.0,
        "Share of the recurrent weights of the encoder set to zero in a batch.",
        at_least=0,
        at_most=0.95,
    )
