"""Settings that are about a task and not about its network, as dataclasses."""

from dataclasses import dataclass

from unrolled.models.scores import KINDS
from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class ClassifySettings(Settings):
    """What is read and what is answered."""

    kind: str = setting(
        "auto",
        "What an answer is: one label, several labels, an ordered rating, a number.",
        one_of=("auto", *KINDS),
    )
    reads: str = setting(
        "auto",
        "What the input column holds.",
        one_of=("auto", "text", "series", "sound"),
    )
    width: int = setting(
        0,
        "Of series: how many numbers of a plain list are one moment, such as a row of a"
        " picture; 0 is one.",
        at_least=0,
    )
    class_weights: str = setting(
        "none",
        "Whether rare labels count more in the loss, by 1/frequency.",
        one_of=("none", "balanced"),
    )
    smoothing: float = setting(
        0.0,
        "Label smoothing: probability given to all labels.",
        at_least=0,
        at_most=0.5,
    )
    reject: float = setting(
        0.0,
        "Share of rows with a known label that may be refused, so that most of what is"
        " none of them is refused too; settled on the validation rows. 0 settles"
        " nothing.",
        at_least=0,
        at_most=0.5,
    )
    strangers: float = setting(
        0.0,
        "Made-up rows that are none of the labels, for each row of a training step: of"
        " sounds and series, turned backwards or joined from two.",
        at_least=0,
        at_most=4,
    )
    none_label: str = setting(
        "none",
        "With reject or strangers: the label of rows that are none of the others, in"
        " the data and in answers.",
    )
