"""The events of a run as TensorBoard files (extra `track`)."""

from pathlib import Path
from typing import Any, final

from unrolled.errors import MissingExtraError


@final
class TensorBoard:
    """A listener that writes loss, learning rate and validation metrics as curves."""

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise MissingExtraError(
                package="tensorboard", extra="track", purpose="--tensorboard"
            ) from None
        self.writer = SummaryWriter(str(folder / "tensorboard"))
        self.step = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Writes one event."""
        if event["event"] == "step":
            self.step = event["step"]
            for name in ("loss", "learning_rate", "gradient_norm"):
                self.writer.add_scalar(f"train/{name}", event[name], self.step)
        elif event["event"] == "epoch":
            for name, value in event["valid"].items():
                self.writer.add_scalar(f"valid/{name}", value, self.step)
        elif event["event"] == "end":
            self.writer.close()
