"""All settings of a run: the task's own, and those of data and training."""

from unrolled.settings import Sections
from unrolled.tasks._base import AbstractTask
from unrolled.training.settings import DataSettings, TrainingSettings

SHORT = {
    "cell": "model.cell",
    "hidden": "model.hidden",
    "layers": "model.layers",
    "bidirectional": "model.bidirectional",
    "epochs": "training.epochs",
    "minutes": "training.minutes",
    "seed": "training.seed",
    "vectors": "text.vectors",
}
"""Settings that have an option of their own on the command line and in Python."""


def sections_of(task: type[AbstractTask]) -> Sections:
    """The groups of settings that training this task reads."""
    return {"data": DataSettings, **task.sections, "training": TrainingSettings}
