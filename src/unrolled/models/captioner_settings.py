"""What a network that describes pictures is made of, as settings."""

from dataclasses import dataclass

from unrolled.models.decoder_settings import DecoderSettings
from unrolled.settings import setting


@dataclass(frozen=True, kw_only=True)
class CaptionerSettings(DecoderSettings):
    """The decoder's settings; what reads the pictures is in the section "picture"."""

    attention: str = setting(
        "additive",
        "How the decoder looks at the regions: additive (Show, Attend and Tell),"
        " multiplicative, or none, which leaves it one vector for the picture (Show and"
        " Tell).",
        one_of=("additive", "multiplicative", "none"),
    )
    look_everywhere: float = setting(
        0.0,
        "Price of regions that a caption as a whole looks at more or less than once:"
        " the doubly stochastic attention of Xu et al. 2015, equation 14.",
        at_least=0,
    )
