"""Tables of n-grams as the tensors of a model folder, and back.

    ngrams            (2,)          the order and the boundary
    ngrams.1.counts   (ids,)        of every id of the vocabulary, and of the boundary
    ngrams.2.counts   (n-grams,)    of length 2, in the order of the table
    ngrams.2.last     (n-grams,)    their last tokens
    ngrams.2.many     (ids,)        how many of them begin with each n-gram of length 1
    ngrams.3...

Each is kept in the smallest type of whole numbers that holds it: four bytes an n-gram
are usual.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.ngram_counts import NgramTable, Numbers, array

WHOLE = (torch.uint8, torch.int16, torch.int32, torch.int64)


def to_tensors(
    tables: list[NgramTable], counts: list[Numbers], *, boundary: int
) -> dict[str, Tensor]:
    """What `from_tensors` reads; `counts` are (n-grams,) for each table."""
    found = {"ngrams": torch.tensor([len(tables), boundary])}
    for length, (table, counted) in enumerate(zip(tables, counts, strict=True), 1):
        found[f"ngrams.{length}.counts"] = _small(counted)
        if length > 1:
            found[f"ngrams.{length}.last"] = _small(table.last)
            found[f"ngrams.{length}.many"] = _small(table.followers)
    return found


def from_tensors(
    tensors: Mapping[str, Tensor],
) -> tuple[list[NgramTable], list[Numbers], int]:
    """Tables, counts and boundary. Raises BrokenModelError for what does not fit.

    Each tensor is (n-grams,) or as the table above says.
    """
    order, boundary = _read(tensors, "ngrams", size=2).tolist()
    counts = [_read(tensors, "ngrams.1.counts")]
    width = len(counts[0])
    if order < 1 or not 0 <= boundary < width or width < 2:
        raise _broken(f"order {order}, boundary {boundary}, {width} ids")
    tables = [NgramTable(keys=np.arange(width), contexts=1, width=width)]
    for length in range(2, order + 1):
        name = f"ngrams.{length}"
        many = _read(tensors, f"{name}.many", size=len(tables[-1]))
        last = _read(tensors, f"{name}.last")
        if (
            many.max(initial=0) > width
            or many.sum() != len(last)
            or (last >= width).any()
        ):
            raise _broken(f'"{name}" has last tokens that do not fit')
        keys = np.repeat(np.arange(len(many)), many) * width + last
        if (np.diff(keys) <= 0).any():
            raise _broken(f'"{name}" is not in order')
        counted = _read(tensors, f"{name}.counts", size=len(keys))
        if (counted == 0).any():
            raise _broken(f'"{name}" has a count of 0')
        tables.append(NgramTable(keys=keys, contexts=len(many), width=width))
        counts.append(counted)
    return tables, counts, boundary


def _read(
    tensors: Mapping[str, Tensor], name: str, *, size: int | None = None
) -> Numbers:
    found = tensors.get(name)
    if found is None or found.dtype not in WHOLE or found.dim() != 1:
        raise _broken(f'"{name}" is no list of whole numbers')
    if size is not None and len(found) != size:
        raise _broken(f'"{name}" has {len(found)} numbers in place of {size}')
    numbers = array(found)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < 2**31:
        raise _broken(f'"{name}" has numbers below 0 or beyond 2,147,483,647')
    return numbers


def _small(numbers: Numbers) -> Tensor:
    most = int(numbers.max(initial=0))
    fits = next(kind for kind in WHOLE if most <= torch.iinfo(kind).max)
    return torch.from_numpy(numbers).to(fits)


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the n-grams of the model are damaged: {what}.",
        expected="sorted tables of n-grams and their counts, as `fit` made them",
        fix="copy the model folder again, or train again",
    )
