"""What a network that describes pictures is made of, as settings."""

from dataclasses import dataclass

from unrolled.models.decoder_settings import DecoderSettings
from unrolled.settings import setting


@dataclass(frozen=True, kw_only=True)
class CaptionerSettings(DecoderSettings):
    """The decoder's settings; what reads the pictures is in the section "picture"."""

    embedding: int = setting(128, "Numbers that stand for a word.", at_least=1)
    hidden: int = setting(192, "Units of a layer of the decoder.", at_least=1)
    attention: str = setting(
        "additive",
        "How the decoder looks at the regions: additive (Show, Attend and Tell),"
        " multiplicative, or none, which leaves it one vector for the picture (Show and"
        " Tell).",
        one_of=("additive", "multiplicative", "none"),
    )
    dropout: float = setting(
        0.3,
        "Share of numbers set to zero between layers and before the softmax.",
        at_least=0,
        at_most=0.95,
    )
    look_everywhere: float = setting(
        0.0,
        "Price of regions that a caption as a whole looks at more or less than once:"
        " the doubly stochastic attention of Xu et al. 2015, equation 14.",
        at_least=0,
    )
