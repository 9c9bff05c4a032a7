"""The page of a record, read as text: what is on it, what is true, what is harmless."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from tests.tracing.made_records import verdict, written
from unrolled.tracing.page import axes_of, page_of
from unrolled.tracing.page_parts import parts_of
from unrolled.tracing.record import Record

VOID = {"meta", "br", "img", "input", "link", "path", "circle", "rect", "image", "use"}


class Balance(HTMLParser):
    """Checks that every element ends where it should, and gathers ids and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.addresses += [
            str(given[k]) for k in ("href", "src", "action") if k in given
        ]
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> ends another element"


def read(page: str) -> Balance:
    found = Balance()
    found.feed(page)
    assert not found.open
    return found


def data_of(page: str) -> dict:
    [found] = re.findall(r'<script type="application/json" id="data">(.*?)<', page)
    return json.loads(found)


def plain(record: Record) -> str:
    """The words of the page, without its style, script and tags."""
    page = re.sub(r"<(style|script)\b.*?</\1>", " ", page_of(record), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.mark.parametrize("record", [verdict(), verdict(both=True), written()])
def test_a_page_is_whole_and_asks_for_nothing(record):
    found = read(page_of(record))
    assert len(found.ids) == len(set(found.ids)), "an id is given twice"
    inside = ("data:image/png;base64,", "#")
    assert all(address.startswith(inside) for address in found.addresses)
    ids = set(found.ids)
    assert all(a[1:] in ids for a in found.addresses if a.startswith("#"))


def test_the_policy_allows_the_one_script_by_its_hash():
    page = page_of(verdict())
    [script] = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert not re.search(r"\son\w+=", page), "an event handler would be refused"


def test_what_people_wrote_cannot_become_a_tag():
    evil = "</script><img src=x onerror=alert(1)>\"'&"
    record = verdict([evil, "is", "<b>great</b>"])
    record = replace(record, names=["<i>", "fair", "good"], notes=["<u>noted</u>"])
    page = page_of(record)
    found = read(page)
    assert "x" not in found.addresses
    for tag in ("<b>great", "<i>", "<u>noted", "<img"):
        assert tag not in page
    assert page.count("</script>") == 2
    assert data_of(page)["axes"]["inputs"][2] == "<b>great</b>"


def test_the_same_weights_are_marked_at_every_step():
    page = page_of(verdict())
    assert page.count('<use href="#stack-l0-W" class="weight-W"/>') == 11
    assert page.count('<use href="#stack-l0-R" class="weight-R"/>') == 11
    assert page.count('<g id="stack-l0-W">') == 1
    words = plain(verdict())
    assert "W is the same 4 × 32 × 16 numbers at every copy" in words
    assert "W the same 4 × 32 × 16 numbers, used 11 times" in words
    total = 4 * 32 * (16 + 32 + 1)
    assert f"It used the same {total:,} numbers for 11 steps" in words


def test_a_state_starts_at_zero_or_from_what_was_given():
    assert "the state starts at zero" in plain(verdict())
    words = plain(written())
    assert "the state starts from what the encoder has read" in words
    assert "the state starts at zero" in words  # the encoder's
    layers = data_of(page_of(written()))["layers"]
    assert [one["zero"] for one in layers.values()] == [True, False]


def test_written_answers_are_fed_back_and_verdicts_are_not():
    assert page_of(written()).count('class="back"') == 3
    assert 'class="back"' not in page_of(verdict())
    words = plain(written())
    assert "Each output is the next input" in words
    fed = re.findall(r"<text y=[^>]*>([^<]*)</text></g>", page_of(written()))
    assert fed[-4:] == ["start", "Il", "est", "super"]


def test_both_directions_have_their_own_rows():
    words = plain(verdict(both=True))
    assert "One row reads from the start, the other from the end." in words
    assert "stack.l0_reverse: hidden state h" in words


def test_how_an_answer_is_read_from_all_states_is_drawn():
    record = verdict()
    assert "mean of all steps" not in plain(record)
    record.model["pooling"] = "max+mean+inputs"
    assert "max and mean of all steps" in plain(record)


def test_saturated_gates_are_counted():
    record = verdict()
    gate = record.arrays["stack.l0/f"].values
    gate[:] = 0.5
    gate[:, :8] = 0.01  # a quarter of 32 units
    gate[:, 8:12] = 0.99  # an eighth
    told = "f: mean 0.44, 38 % saturated (25 % below 0.05, 12 % above 0.95)."
    assert told in plain(record)


def test_the_numbers_of_the_player_obey_the_law_of_the_cell():
    found = data_of(page_of(verdict(both=True)))
    assert found["moments"][:2] == [["inputs", 0], ["inputs", 1]]
    assert len(found["moments"]) == 11
    for name, layer in found["layers"].items():
        assert layer["law"] == "lstm"
        assert layer["zero"]
        c, f, i, g = (layer["values"][key] for key in "cfig")
        step = 4
        before = step + 1 if name.endswith("_reverse") else step - 1
        for unit in range(len(layer["units"])):
            kept = f[step][unit] * c[before][unit] + i[step][unit] * g[step][unit]
            assert kept / 1e6 == pytest.approx(c[step][unit] / 1e3, abs=5e-3)


def test_the_player_goes_through_what_is_read_and_then_what_is_written():
    found = data_of(page_of(written()))
    assert axes_of(written()) == ["inputs", "outputs"]
    assert found["moments"] == [["inputs", n] for n in range(3)] + [
        ["outputs", n] for n in range(4)
    ]
    assert found["says"]["outputs"][0].startswith("Told here: Il, ")


def test_a_table_of_states_says_which_units_it_leaves_out():
    words = plain(verdict())
    assert "the 8 most active of 32 units; all are in trace.safetensors" in words
    assert "hidden state h, 8 units" in plain(verdict(hidden=8))


def test_the_gradient_has_its_verdict_and_floor_in_words():
    words = plain(verdict())
    assert "vanishing: horizon 6 of 10 steps back" in words
    assert "floor at 0.01 of the 1.00 that enter" in words


def test_influence_says_whether_it_is_complete():
    words = plain(verdict())
    told = "Their sum is 1.500; the score moved by 1.510 from an input of zeros"
    assert told in words


def test_what_does_not_add_up_is_said_not_to():
    record = verdict()
    assert "and the numbers add up." in plain(record)
    record.influence["completeness"] = {"sum": 1, "difference": 1.2, "error": 0.2}
    assert "and the numbers add up only roughly." in plain(record)


def test_the_likeliest_at_each_step_are_words_over_bars():
    record = written()
    page = page_of(record)
    for names in record.best_names:
        for name in names[:3]:
            assert f">{name.replace('<', '&lt;').replace('>', '&gt;')}</text>" in page


@pytest.mark.parametrize("both", [False, True], ids=["there", "there and back"])
def test_fifty_steps_with_128_units_stay_under_300_kB(both):
    words = [f"word{number}" for number in range(50)]
    page = page_of(verdict(words, hidden=128, both=both))
    assert len(page.encode()) < 300_000


def test_of_many_steps_the_middle_is_counted():
    words = [f"{number}" for number in range(400)]
    page = page_of(verdict(words, hidden=4))
    assert page.count('class="copy"') == 60
    assert "340 steps more" in page
    assert len(data_of(page)["moments"]) == 400


def test_a_part_that_cannot_be_drawn_is_left_out():
    record = replace(verdict(), parts=[{"kind": "no such kind"}])
    assert page_of(record) == page_of(verdict())


def test_parts_are_drawn_by_their_kind():
    span = {"start": 0, "stop": 1, "label": "PER", "confidence": 0.9}
    part = {"kind": "spans", "tokens": ["Ada", "wrote"], "spans": [span]}
    assert "The network marked “Ada” as PER." in plain(replace(verdict(), parts=[part]))


def test_an_input_without_steps_has_a_page():
    record = verdict(["one"])
    record.axes["inputs"] = []
    record.arrays = {
        name: one._replace(values=one.values[:0]) if "inputs" in one.axes else one
        for name, one in record.arrays.items()
    }
    read(page_of(record))
    record = replace(record, layers=[], gradient={}, influence={})
    read(page_of(record))
    assert "The network" not in plain(record)
    assert 'id="play"' not in page_of(record)


def test_a_page_is_called_after_its_input():
    assert "“the film is long" in plain(verdict())
    assert "<h1>digits.wav</h1>" in page_of(replace(verdict(), input="a/digits.wav"))
    assert "<h1>Classify</h1>" in page_of(replace(verdict(), input=" "))


def test_the_regions_of_a_picture_count_where_they_lie():
    record = verdict([f"region {at}" for at in range(16)])
    assert "<small>" in page_of(record)
    record = replace(record, parts=[{"kind": "no such kind", "side": 4}])
    assert "<small>" not in page_of(record)
    assert 'width="240" height="240" preserveAspectRatio' in page_of(record)


def test_an_input_of_one_step_has_a_page():
    words = plain(verdict(["one"]))
    assert "The copy is the same block at another moment" in words
    assert "used 1 time" in words


def test_without_an_earlier_step_there_is_nothing_to_go_back_to():
    record = verdict(["one"])
    assert "There is no earlier step to go back to." in plain(record)
    assert "horizon" not in plain(record)


@pytest.mark.parametrize(("verdict_", "but"), [("vanishing", "but"), ("steady", "and")])
def test_a_direct_way_is_told_where_the_gradient_has_one(verdict_, but):
    record = verdict()
    told = f"; {but} this answer also looks at earlier steps directly."
    facts = record.gradient["layers"]["stack.l0"]
    facts["verdict"] = verdict_
    assert told not in plain(record)
    facts["everywhere"] = True
    assert told in plain(record)


def test_a_page_of_two_thousand_steps_stays_small():
    words = [f"word{number % 700}" for number in range(2000)]
    page = page_of(verdict(words, hidden=128, both=True))
    assert len(page.encode()) < 1_700_000
    assert "1,850 rows in the middle are left out" in page


def test_both_places_say_alike_how_many_layers_there_are():
    words = plain(verdict(both=True))
    assert "1 layer, reading both ways" in words
    assert "1 layer of lstm, 32 units, reading both ways." in words
    assert "of lstm, 32 units. " in plain(verdict())


def test_what_comes_out_is_not_called_after_what_comes_in():
    record = replace(written(), task="tag", told="inputs")
    record.axes["inputs"] = record.axes["outputs"]
    for layer in record.layers:
        layer["axis"] = "inputs"
    page = page_of(replace(record, arrays=_along_inputs(record)))
    assert ">tags</text>" in page
    assert ">inputs</text>" not in page


def _along_inputs(record: Record) -> dict:
    """Its decoder's arrays, as those of every layer."""
    found = dict(record.arrays)
    for name, one in record.arrays.items():
        if name.startswith("decoder.stack"):
            found[name.replace("decoder.stack", "encoder")] = one
    found.pop("attention")
    return found


BEAM = [
    {"id": 0, "parent": None, "token": "<start>", "ended": False},
    {"id": 1, "parent": 0, "token": "Il", "ended": False},
    {"id": 2, "parent": 1, "token": "est", "ended": False},
    {"id": 3, "parent": 2, "token": "super", "ended": False},
    {"id": 4, "parent": 3, "token": "<end>", "ended": True},
]


def test_a_search_whose_best_was_rejected_says_so():
    nodes = [one | {"best": True, "log_probability": -0.5} for one in BEAM]
    record = replace(written(), parts=[{"kind": "beam", "nodes": nodes}])
    assert "the one that it chose: “Il est super”" in plain(record)
    assert "The answer is another" not in plain(record)
    nodes[2]["token"] = "fut"
    assert "The answer is another" in plain(record)


def test_an_empty_answer_copied_nothing():
    copies = {"kind": "copies", "source": ["He"], "share": [0.1]}
    record = replace(written(), parts=[copies])
    assert "What the answer copied" in parts_of(record)
    assert not parts_of(replace(record, chosen=["<end>"]))
