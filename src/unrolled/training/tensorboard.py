"""The events of a run as TensorBoard files (extra `track`)."""

from pathlib import Path
from typing import Any, final

from unrolled.errors import MissingExtraError


@final
class TensorBoard:
    """A listener that writes loss, learning rate and validation metrics as curves.

    The files go to `folder`/tensorboard. Raises MissingExtraError without the extra.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise MissingExtraError(
                package="tensorboard", extra="track", purpose="--tensorboard"
            ) from None
        self.kind, self.folder = SummaryWriter, folder / "tensorboard"
        self.writer: Any = None
        self.step = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Writes one event."""
        what = event["event"]
        if what in ("step", "resume"):
            self.step = event["step"]
        if what == "step":
            for name in ("loss", "learning_rate", "gradient_norm"):
                self._add(f"train/{name}", event[name])
        elif what == "epoch":
            for name, value in event["valid"].items():
                self._add(f"valid/{name}", value)
        elif what == "end" and self.writer:
            self.writer.close()

    def _add(self, name: str, value: float) -> None:
        # Made when it is needed: the run may yet refuse the folder. What a killed run
        # wrote from here on is hidden, because it happens again.
        if not self.writer:
            self.writer = self.kind(str(self.folder), purge_step=self.step)
        self.writer.add_scalar(name, value, self.step)
