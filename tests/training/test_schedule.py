"""The learning rate over a run, at its ends and between."""

import pytest

from unrolled.training.schedule import factor


@pytest.mark.parametrize(
    ("done", "warmup", "expected"),
    [
        (0.0, 0.1, 0.0),  # the rise
        (0.05, 0.1, 0.5),
        (0.1, 0.1, 1.0),  # its top
        (0.55, 0.1, 0.5),  # half of what remains
        (0.325, 0.1, 0.5 + 0.5**1.5),  # a quarter of it: (1 + cos 45°) / 2
        (1.0, 0.1, 0.0),
        (0.0, 0.0, 1.0),  # without a rise
        (0.5, 0.0, 0.5),
        (1.0, 0.0, 0.0),
        (0.25, 1.0, 0.25),  # nothing but a rise
        (1.0, 1.0, 0.0),
        (1.5, 0.1, 0.0),  # beyond the end it stays there
    ],
)
def test_rises_straight_and_falls_as_half_a_cosine(done, warmup, expected):
    assert factor(done, warmup) == pytest.approx(expected, abs=1e-12)


def test_never_rises_after_the_top_and_never_falls_before():
    values = [factor(step / 1000, 0.2) for step in range(1001)]
    assert values[:201] == sorted(values[:201])
    assert values[200:] == sorted(values[200:], reverse=True)
    assert min(values) >= 0
    assert max(values) == 1
