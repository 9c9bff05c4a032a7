"""Against JAX (lax.scan, compiled) and Keras, where they are installed.

An LSTM forward and backward on rows of equal length, which is what both are made for.
Neither is needed by anything here: whoever is missing is left out. Keras runs on the
back end that it is set up for, and its turn includes the plainest optimizer it has, at
a rate of zero, and its own way into train_on_batch.

    pip install "unrolled[peers]"
    python benchmarks/peers_optional.py [--threads 2] [--quick] [--sizes 128]
"""

import itertools
import os
from collections.abc import Callable
from typing import Any

import protocol
import torch
from torch import Tensor

from unrolled.cli.contests import LIMITS, Contest, training, truth
from unrolled.cli.contests import learner as learner_of
from unrolled.cli.timing import Contestant, gate
from unrolled.ragged import Ragged

LENGTH = 50


def jax_learner(contest: Contest) -> Contestant:
    """The same gradients by jax.value_and_grad. Raises ImportError without JAX."""
    import jax
    from jax import numpy as jnp

    found = {k: jnp.asarray(v.numpy()) for k, v in contest.theirs.state_dict().items()}
    x = jnp.asarray(contest.x.to_padded().numpy())
    d_output = jnp.asarray(contest.d_output.to_padded().numpy())

    def outputs(weights: dict[str, Any], x: Any) -> Any:
        inputs = x @ weights["weight_ih_l0"].T + weights["bias_ih_l0"]

        def step(state: Any, a: Any) -> Any:
            h, c = state
            u = h @ weights["weight_hh_l0"].T + weights["bias_hh_l0"]
            i, f, g, o = jnp.split(a + u, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zero = jnp.zeros((x.shape[1], contest.hidden))
        return jax.lax.scan(step, (zero, zero), inputs)[1]

    @jax.jit
    def both(weights: dict[str, Any], x: Any) -> Any:
        output, back = jax.vjp(outputs, weights, x)
        return output, *back(d_output)

    def turn() -> Any:
        return jax.block_until_ready(both(found, x))

    def read(answer: Any) -> dict[str, Tensor]:
        output, d_weights, d_x = answer
        named = {k: torch.tensor(jax.device_get(v)) for k, v in d_weights.items()}
        return {"output": _live(output, contest), "x": _live(d_x, contest), **named}

    return Contestant("jax", turn, read)


def keras_learner(contest: Contest) -> Contestant:
    """A step of train_on_batch. Raises ImportError without Keras."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

    layer = keras.layers.LSTM(contest.hidden, return_sequences=True)
    net = keras.Sequential([layer])
    x = contest.x.to_padded(batch_first=True).numpy()
    d_output = contest.d_output.to_padded(batch_first=True).numpy()
    net.compile(
        optimizer=keras.optimizers.SGD(0.0),
        loss=lambda truth, output: keras.ops.sum(truth * output),
    )
    net.build(x.shape)
    found = {name: t.numpy() for name, t in contest.theirs.state_dict().items()}
    bias = found["bias_ih_l0"] + found["bias_hh_l0"]
    layer.set_weights([found["weight_ih_l0"].T, found["weight_hh_l0"].T, bias])

    def read(_loss: Any) -> dict[str, Tensor]:
        output = torch.tensor(net.predict_on_batch(x)).transpose(0, 1)
        return {"output": _live(output, contest)}

    return Contestant("keras", lambda: net.train_on_batch(x, d_output), read)


MAKERS: dict[str, Callable[[Contest], Contestant]] = {
    "jax": jax_learner,
    "keras": keras_learner,
}


def others(contest: Contest) -> list[Contestant]:
    """Whoever is installed, through the gate; of Keras the output alone."""
    made = []
    wanted = truth(learner_of, contest)
    for name, make in MAKERS.items():
        try:
            one = make(contest)
        except ImportError as why:
            print(f"without {name}: {why}")
            continue
        known = wanted if name == "jax" else {"output": wanted["output"]}
        gate(one, known, LIMITS)
        made.append(one)
    return made


def _live(padded: Any, contest: Contest) -> Tensor:
    values = padded if isinstance(padded, Tensor) else torch.tensor(padded.__array__())
    return Ragged.from_padded(values, contest.lengths).values


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(__doc__, cells=("lstm",), sizes=(64, 128, 256), rows=(8, 32))
    results = protocol.Results(__file__, asked)
    for cell, hidden, rows in itertools.product(asked.cells, asked.sizes, asked.rows):
        contest = Contest(cell, hidden, hidden, torch.full((rows,), LENGTH))
        found = protocol.equal_or_say(lambda c=contest: others(c))
        if not found:
            print("neither JAX nor Keras can be measured: nothing to do")
            return
        results.measure(
            {"cell": cell, "hidden": hidden, "rows": rows, "path": contest.ours.path},
            [*training(contest), *found],
            peers=[one.name for one in found],
            operations=3 * contest.operations,
        )
    print()
    protocol.require("best of these / ours", results.ratios(), 1.0, mean=True)
    results.write()


if __name__ == "__main__":
    main()
