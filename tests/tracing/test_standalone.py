"""A record as one SVG file."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import torch

from tests.tracing.made_records import verdict, written
from unrolled.tracing.standalone import svg_of

SVG = "{http://www.w3.org/2000/svg}"


def words(text: str) -> list[str]:
    tree = ElementTree.fromstring(text.encode())
    return ["".join(one.itertext()) for one in tree.iter(f"{SVG}text")]


def test_a_verdict_has_states_answers_and_gradient():
    record = verdict()
    made = words(svg_of(record))
    assert [word for word in made if word in record.axes["inputs"]] == (
        record.axes["inputs"]
    )
    assert record.chosen[0] in made
    assert set(record.names) <= set(made)
    assert "output, 0.0 to 1.0" in made
    assert "gradient of the score" in made


def test_both_directions_have_their_states_and_one_block_each():
    made = words(svg_of(verdict(both=True)))
    assert made.count("states, −1 to 1") >= 2
    assert "stack.l0_reverse" in made
    assert made.count("0") == 2


def test_a_decoder_reads_what_it_has_written_after_a_start():
    record = written()
    made = words(svg_of(record))
    outputs = record.axes["outputs"]
    assert "start" in made
    assert "encoder, along inputs" in made
    assert "decoder, along outputs" in made
    assert made.count(outputs[-1]) == 1  # it comes out, and does not go in again
    assert "most probable" in made


def test_a_record_without_layers_is_only_its_words():
    record = replace(verdict(), layers=[])
    made = words(svg_of(record))
    assert made == [
        record.input,
        made[1],
        "classify",
        "It has no recurrent layers to draw.",
    ]


def test_a_file_of_fifty_steps_is_small():
    made = svg_of(verdict([f"w{at}" for at in range(50)], hidden=64))
    assert len(made) < 150_000
    assert not re.search(r"\bnan\b", made)


def test_an_answer_that_is_a_number_has_its_own_scale():
    record = verdict()
    grown = record.arrays["growing"]
    values = torch.linspace(-2, 6, len(record.axes["inputs"]))[:, None]
    record.arrays["growing"] = grown._replace(values=values)
    made = words(svg_of(replace(record, unit="stars", names=["stars"])))
    assert "output, −2.0 to 6.0" in made
