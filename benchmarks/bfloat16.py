"""Training in bfloat16: how much faster, and does the loss go the same way?

First the time: a layer of 256 or 512 units forward and backward on a ragged batch, in
float32 and under torch.autocast in bfloat16, ours and torch's.

Then the loss: a character model of this file's own text source, a chain in which two
letters decide about the next one, is trained twice from one seed. The curves stand in
bfloat16_losses.csv.

    python benchmarks/bfloat16.py [--threads 2] [--quick] [--cells lstm] [--sizes 256]
"""

import itertools
from pathlib import Path
from typing import Any

import protocol
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import unrolled
from unrolled.cli.contests import (
    Contest,
    learner,
    lengths_of,
    peers_of,
    truth,
)
from unrolled.cli.timing import Contestant, UnequalError, gate

LIMITS = {"float32": {"output": 1e-5, "": 1e-4}, "bfloat16": {"": 6e-2}}
LETTERS, WIDTH, LENGTH, ROWS = 24, 256, 40, 16
STEPS, LAST = 200, 50


def halved(one: Contestant) -> Contestant:
    """The same under autocast."""

    def turn() -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return one.run()

    return one._replace(name=f"{one.name} bfloat16", run=turn)


def contestants(contest: Contest) -> list[Contestant]:
    """Ours and torch's, in both precisions; torch's only as far as it can."""
    wanted = truth(learner, contest)
    plain = [learner("ours", contest, contest.ours)]
    plain += [learner(name, contest, contest.theirs) for name in peers_of(contest)]
    made = []
    for one in plain:
        gate(one, wanted, LIMITS["float32"])
        half = halved(one)
        try:
            gate(half, wanted, LIMITS["bfloat16"])
        except (UnequalError, RuntimeError) as why:
            print(f"without {half.name}: {why}")
            made.append(one)
        else:
            made += [one, half]
    return made


class Reader(nn.Module):
    """Letters in, scores of the next letter out."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(LETTERS, WIDTH)
        self.lstm = unrolled.nn.LSTM(WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, LETTERS)

    def forward(self, ids: Tensor) -> Tensor:
        """Scores (time, rows, letters) from ids (time, rows)."""
        return self.head(self.lstm(self.embedding(ids))[0])


def chain(length: int, rows: int) -> Tensor:
    """Texts (length, rows) in which two letters decide about the next one."""
    generator = torch.Generator().manual_seed(3)
    chances = torch.randn(LETTERS, LETTERS, LETTERS, generator=generator).mul(2)
    chances = chances.softmax(2).cumsum(2)
    drawn = torch.rand(length, rows, generator=generator)
    text = [torch.zeros(rows, dtype=torch.long)] * 2
    for moment in drawn:
        edges = chances[text[-2], text[-1]]
        text.append((moment[:, None] > edges).sum(1).clamp(max=LETTERS - 1))
    return torch.stack(text[2:])


def losses(steps: int, *, bfloat16: bool) -> list[float]:
    """The loss of each step of training, in nats."""
    net = Reader()
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
    text = chain(steps * LENGTH + 1, ROWS)
    found = []
    for step in range(steps):
        part = text[step * LENGTH : (step + 1) * LENGTH + 1]
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            scores = net(part[:-1])
        loss = cross_entropy(scores.float().flatten(0, 1), part[1:].flatten())
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def compare_losses(steps: int, *, write: bool) -> None:
    """Both curves, written, and how far apart they end and are."""
    exact, half = losses(steps, bfloat16=False), losses(steps, bfloat16=True)
    last = min(LAST, steps)
    ends = [sum(curve[-last:]) / last for curve in (exact, half)]
    means = [sum(curve) / steps for curve in (exact, half)]
    for what, (a, b) in {f"the last {last} steps": ends, "all steps": means}.items():
        apart = abs(b - a) / a
        verdict = "reached" if apart <= 0.005 else "NOT REACHED"
        print(
            f"loss over {what}: float32 {a:.4f}, bfloat16 {b:.4f},"
            f" {100 * apart:.2f} % apart (0.5 or less: {verdict})"
        )
    if write:
        rows = [
            {"step": step + 1, "float32": a, "bfloat16": b}
            for step, (a, b) in enumerate(zip(exact, half, strict=True))
        ]
        protocol.write_csv(Path(__file__).with_name("bfloat16_losses.csv"), rows)


def compare_precisions(row: dict[str, Any]) -> None:
    """Adds what bfloat16 gains, and how it stands beside torch's bfloat16."""
    if "ours_bfloat16_ms" not in row:
        return
    half = row["ours_bfloat16_ms"]
    row["gain"] = row["ours_ms"] / half
    print(f"{'':>10}ours, float32 / bfloat16: {row['gain']:.2f}")
    names = [f"{peer}_bfloat16_ms" for peer in ("padded", "packed")]
    theirs = [row[name] for name in names if name in row]
    if theirs:
        row["bfloat16_ratio"] = min(theirs) / half
        print(f"{'':>10}bfloat16, best peer / ours: {row['bfloat16_ratio']:.2f}")


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(__doc__, cells=("lstm", "gru"), sizes=(256, 512), seconds=3.0)
    results = protocol.Results(__file__, asked)
    for cell, hidden, rows in itertools.product(asked.cells, asked.sizes, asked.rows):
        lengths = lengths_of(rows, longest=50, filled=0.45)
        contest = Contest(cell, hidden, hidden, lengths)
        made = protocol.equal_or_say(lambda c=contest: contestants(c))
        if not made:
            continue
        row = results.measure(
            {"cell": cell, "hidden": hidden, "rows": rows, "path": contest.ours.path},
            made,
            peers=peers_of(contest),
            operations=3 * contest.operations,
        )
        compare_precisions(row)
    print()
    gains = [row["gain"] for row in results.rows if "gain" in row]
    protocol.require("ours, float32 / bfloat16", gains, 1.4, mean=False)
    write = asked.whole and asked.csv is None
    compare_losses(10 if asked.quick else STEPS, write=write)
    results.write()


if __name__ == "__main__":
    main()
