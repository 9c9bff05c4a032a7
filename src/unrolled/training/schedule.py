"""The learning rate over a run: a straight rise, then half a cosine down to zero.

    1 ┤   ╭──╮
      │  ╱    ╲
      │ ╱      ╲
    0 ┼╱────────╰─  done
      0   warmup  1

Reference: Loshchilov and Hutter 2017, arXiv:1608.03983, with one cycle and no restart.
"""

import math


def factor(done: float, warmup: float) -> float:
    """The share of the learning rate that is used when `done` of the run is over."""
    if done < warmup:
        return done / warmup
    rest = (done - warmup) / (1 - warmup) if warmup < 1 else 1.0
    return 0.5 * (1 + math.cos(math.pi * min(rest, 1.0)))
