"""The columns that `classify` reads, and the headers by which they are found."""

from unrolled.signals.sound import ENDINGS
from unrolled.tasks._base import Column

_INPUTS = (
    "text sentence review comment question tweet message name series sequence document"
    " input audio sound clip file path"
)
_TARGETS = (
    "label labels rating stars target class sentiment emotion category language sex"
    " grade score output command intent"
)
COLUMNS = (
    Column(
        "input",
        "texts, series of numbers, or files of sound",
        tuple(_INPUTS.split()),
        files=ENDINGS,
    ),
    Column("target", "labels, ratings or numbers", tuple(_TARGETS.split())),
)
