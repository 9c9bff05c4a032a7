"""What the player reads: laws that hold, units that are active, words that are true."""

import json
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.tracing.made_records import lstm_arrays, verdict, written
from unrolled.tracing.page_data import (
    drawn_rows,
    for_player,
    law_of,
    most_active,
    most_rows,
    shown_units,
    starts_at_zero,
)
from unrolled.tracing.page_words import answer, cut, percent, said_at, score


def _gru(steps: int, start: float = 0.0) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(1)
    z = torch.rand(steps, 3, generator=random)
    n = torch.randn(steps, 3, generator=random).tanh()
    h, states = torch.full((3,), start), []
    for at in range(steps):
        h = z[at] * h + (1 - z[at]) * n[at]
        states.append(h)
    return {"h": torch.stack(states), "z": z, "n": n, "r": z}


def _lstm(*, reverse: bool = False) -> dict[str, Tensor]:
    made = lstm_arrays("l", "inputs", 6, 4, reverse=reverse)
    return {name.removeprefix("l/"): one.values for name, one in made.items()}


def test_a_law_is_told_where_the_numbers_obey_it():
    assert law_of(_gru(5), reverse=False) == "gru"
    assert law_of(_gru(5, start=0.9), reverse=False) == "gru"  # from any first state
    assert law_of(_lstm(), reverse=False) == "lstm"
    assert law_of(_lstm(reverse=True), reverse=True) == "lstm"
    same = torch.rand(4, 2)
    assert law_of({"h": same, "n": same}, reverse=False) == "elman"


def test_no_law_is_told_where_the_numbers_do_not_obey():
    assert law_of(_lstm(), reverse=True) == ""
    broken = _gru(5)
    broken["h"][2, 1] += 0.01
    assert law_of(broken, reverse=False) == ""
    assert law_of({"h": torch.ones(3, 2)}, reverse=False) == ""


def test_whether_the_first_state_was_zero_is_found_in_the_numbers():
    encoder, decoder = written().layers
    assert starts_at_zero(written(), encoder)
    assert not starts_at_zero(written(), decoder)
    both = verdict(both=True)
    assert all(starts_at_zero(both, layer) for layer in both.layers)


def test_the_most_active_units_come_first():
    values = torch.tensor([[0.1, -0.9, 0.5], [0.1, 0.9, -0.4]])
    assert most_active(values, most=2) == [1, 2]
    assert most_active(values) == [1, 2, 0]


def test_of_many_layers_fewer_units_are_told():
    record = verdict()
    assert shown_units(record) == 8
    assert shown_units(replace(record, layers=record.layers * 3)) == 4


def test_no_word_can_end_the_element_that_holds_the_data():
    record = verdict(["</script>", "\u2028", "<!--"])
    told = for_player(record, ["inputs"], {})
    assert "<" not in told
    assert json.loads(told)["axes"]["inputs"][0] == "</script>"


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (1.0, "100 %"),
        (0.99999, "over 99.9 %"),
        (0.5, "50.0 %"),
        (0.0004, "under 0.1 %"),
        (0.0006, "0.1 %"),
    ],
)
def test_a_percentage_never_claims_more_than_is_so(share, told):
    assert percent(torch.tensor(share).double().log().item()) == told


def test_a_score_has_its_unit():
    assert score(0.0, "nats") == "100 %"
    assert score(3.456, "degrees") == "3.46 degrees"


def test_the_answer_is_told_with_its_probability():
    record = verdict()
    chance = percent(float(record.arrays["best"].values[0, 0]))
    told = f"The answer: {record.chosen[0]}, with a probability of {chance}."
    assert answer(record) == told
    assert answer(written()) == "The answer: Il est super"
    next_token = {"prediction": " ", "probabilities": {" ": 0.25}}
    told = "The answer: ␣, with a probability of 25.0 %."
    assert answer(replace(written(), answer=next_token)) == told
    near = replace(
        verdict(), unit="cosine", answer={"nearest": []}, chosen=["sun"], names=["sun"]
    )
    near.arrays["scores"] = near.arrays["scores"]._replace(values=torch.tensor([[0.2]]))
    assert answer(near) == "The answer: sun, 0.20 cosine."
    age = replace(near, unit="age", chosen=["age"], names=["age"], answer={})
    assert answer(age) == "The answer: 0.20 age."
    series = replace(written(), answer={"prediction": [1.25, -2.0]})
    assert answer(series) == "The answer: 1.25, −2.00"


def test_each_step_says_what_was_told_and_what_was_likelier():
    record = written()
    for at, said in enumerate(said_at(record)["outputs"]):
        assert said.startswith(f"Told here: {record.chosen[at]}, ")
        best = record.best_names[at][0]
        assert (f"likeliest: {best}" in said) == (best != record.chosen[at])


def test_long_words_are_cut():
    assert cut("a" * 300) == "a" * 300
    assert cut("a" * 301) == "a" * 299 + "…"


def test_an_empty_answer_is_called_so():
    assert answer(replace(written(), answer={"prediction": ""})) == (
        "The answer is empty."
    )
    one = replace(verdict(), answer={"prediction": ""}, chosen=["<end>"])
    assert answer(one) == "The answer is empty."


def test_what_came_next_is_not_called_told():
    record = replace(written(), task="language_model")
    *before, last = said_at(record)["outputs"]
    for chosen, said in zip(record.chosen, before, strict=False):
        assert said.startswith(f"Came next: {chosen}, given ")
    assert last.startswith("Likeliest to come next: <end>, given ")
    assert said_at(replace(record, task="generate"))["outputs"][-1].startswith(
        "Came next: <end>, given "
    )


def test_a_long_page_draws_fewer_units():
    record = verdict(hidden=128)
    assert most_rows(record) == 64
    rows = drawn_rows(record, record.layers[0])
    assert len(set(rows)) == 64
    h = record.arrays["stack.l0/h"].values
    assert set(rows) == set(most_active(h, most=64))
    long = verdict(["w"] * 1000, hidden=128)
    assert most_rows(long) == 50_000 // (1000 * 6)
    assert shown_units(long) == 1
