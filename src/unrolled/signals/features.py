"""Features of a picture that somebody else's network has computed, from a .npy file.

    photo.npy   (width,)             one vector for the whole picture: one region
                (regions, width)     a vector for each region, such as 49 × 2,048 of
                                     the last layer of a network for pictures

A layout of height × width × channels has to be made (regions, width) by whoever wrote
it, who knows its order. Only numbers are read, never pickled objects, and no more of
the file than its head says.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError

ENDINGS = (".npy",)
"""Endings of the files that are read, in lower case."""
_EXPECTED = "numbers by (regions, width), or (width,) for one region"


def read_features(path: str | Path) -> Tensor:
    """The numbers of a file, (regions, width) float32, at least one of each.

    Raises UnreadableDataError, with the path, for whatever is no such array, and for
    numbers that are no numbers, or too large for float32.
    """
    path = Path(path)
    found = _array(path)
    shape = ", ".join(map(str, found.shape))
    if found.dtype.kind not in "fiu":
        raise UnreadableDataError(
            found=f'{path} holds values of the type "{found.dtype}".',
            expected=_EXPECTED,
            fix="save it again as numbers: numpy.save(path, array.astype('float32'))",
        )
    if found.ndim not in (1, 2) or found.size == 0:
        raise UnreadableDataError(
            found=f"{path} has the shape ({shape}).",
            expected=_EXPECTED,
            fix="save it again with array.reshape(-1, width)",
        )
    with np.errstate(over="ignore"):
        numbers = torch.from_numpy(np.array(found, np.float32))
    numbers = numbers.reshape(-1, found.shape[-1])
    broken = (~numbers.isfinite()).nonzero()
    if len(broken):
        region, place = (1 + int(n) for n in broken[0])
        raise UnreadableDataError(
            found=f"{path}: region {region}, number {place} is no finite number of"
            " 32 bits.",
            expected="finite numbers",
            fix="look at how the features were computed, and save the file again",
        )
    return numbers


def _array(path: Path) -> np.ndarray:
    """What the file holds, as it lies on disk."""
    try:
        # Mapped, so that a head which promises more than the file has takes no memory.
        return np.lib.format.open_memmap(path, mode="r")
    except FileNotFoundError:
        raise UnreadableDataError(
            found=f"{path} does not exist.",
            expected="the path of a .npy file",
            fix="check the spelling; a path is looked for beside the table it stands"
            " in",
        ) from None
    except OSError as why:
        raise UnreadableDataError(
            found=f"{path} cannot be read: {why.strerror or why}.",
            expected="a .npy file that may be read",
            fix="check the path and its permissions",
        ) from None
    # numpy raises ValueError for most damage; a mad shape overflows, an odd head fails
    # to be tokenized, and an empty array cannot be mapped.
    except Exception:
        raise UnreadableDataError(
            found=f"{path} is no whole .npy file of numbers.",
            expected=_EXPECTED,
            fix="save it again: numpy.save(path, array)",
        ) from None
