"""Generate: from what is given to texts, and what is told of them."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from unrolled.errors import (
    BrokenModelError,
    SettingError,
    UnknownLabelError,
    UnreadableDataError,
)
from unrolled.tasks._base import Example
from unrolled.tasks.generate import Generate
from unrolled.training.model import Model

WOMEN = ["Anna", "Nina", "Ina", "Lena", "Elena", "Maria", "Mia", "Lina"]
MEN = ["Otto", "Tito", "Pio", "Ugo", "Bruno", "Dino", "Nino", "Paolo"]
QUICK: dict[str, Any] = {
    "model.hidden": 24,
    "model.embedding": 12,
    "model.dropout": 0.0,
    "training.epochs": 40,
    "training.learning_rate": 0.02,
    "training.averaging": 0.5,
    "training.batch_rows": 8,
    "training.threads": 1,
    "data.valid_share": 0.0,
    "task.samples": 60,
}


def table(folder: Path, text: str) -> Path:
    path = folder / "names.csv"
    path.write_text(text, encoding="utf-8")
    return path


def both_sexes() -> str:
    pairs = zip(WOMEN, MEN, strict=True)
    return "name,sex\n" + "".join(f"{w},female\n{m},male\n" for w, m in pairs)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    folder = tmp_path_factory.mktemp("names")
    path = table(folder, both_sexes())
    return unrolled.train("generate", path, out=folder / "model", settings=QUICK)


def quick(path: Path, **settings: Any) -> Model:
    few = {"training.epochs": 2, "task.samples": 5}
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    return unrolled.train("generate", path, settings=QUICK | few | changed)


# -- it writes -------------------------------------------------------------------------


def test_what_is_given_decides_what_is_written(model):
    for sex, end in (("female", "a"), ("male", "o")):
        found = model.generate(given=sex, count=60, seed=1)
        assert len(found) == 60
        assert sum(one["text"].endswith(end) for one in found) > 45


def test_the_log_probability_is_that_of_the_text_and_its_end(model):
    [one] = model.generate(given="male", seed=2)
    row = Example(one["text"], None, "", ("male",))
    [found] = model.task.measure(model.network, model.task.encode_to_score([row]))
    assert one["log_probability"] == pytest.approx(-found["nats"], abs=1e-3)
    assert found["tokens"] == len(one["text"]) + 1


def test_a_seed_gives_the_same_texts_and_more_of_them_begin_alike(model):
    few = model.generate(given="female", count=5, seed=3)
    assert model.generate(given="female", count=5, seed=3) == few
    texts = [one["text"] for one in model.generate(given="female", count=9, seed=3)]
    assert texts[:5] == [one["text"] for one in few]
    assert texts != [one["text"] for one in model.generate(given="female", count=9)]


def test_without_a_wish_the_sexes_come_as_in_training(model):
    texts = [one["text"] for one in model.generate(count=80)]
    women = sum(text.endswith("a") for text in texts)
    assert 20 < women < 60


def test_guidance_makes_texts_rarer_that_could_be_of_the_other_sex(model):
    def nats(texts: list[str], sex: str) -> list[float]:
        rows = [Example(text, None, "", (sex,)) for text in texts]
        found = model.task.measure(model.network, model.task.encode_to_score(rows))
        return [one["nats"] for one in found]

    def doubtful(guidance: float) -> float:
        how = {"guidance": guidance, "temperature": 1.5, "shortest": 1}
        found = model.generate(given="male", count=200, start="N", decoding=how)
        texts = [one["text"] for one in found]
        pairs = zip(nats(texts, "male"), nats(texts, "female"), strict=True)
        return sum(female < male + 1 for male, female in pairs) / 200

    assert doubtful(0.0) > doubtful(1.0) > doubtful(4.0)


def test_guidance_changes_nothing_where_nothing_else_could_be_given(tmp_path):
    found = quick(table(tmp_path, "name\n" + "\n".join(WOMEN)))
    texts = [found.generate(count=9, decoding={"guidance": g}) for g in (0.0, 5.0)]
    assert texts[0] == texts[1]


def test_a_start_letters_and_lengths_are_heeded(model):
    for one in model.generate(
        given="female",
        start="Li",
        count=10,
        banned=["M"],
        required=["a"],
        decoding={"shortest": 4, "longest": 6},
    ):
        text = one["text"]
        assert text.startswith("Li")
        assert "M" not in text
        assert "a" in text
        assert 4 <= len(text) <= 6


def test_training_names_are_left_out_on_request(model):
    greedy = {"decoding": {"temperature": 0.5}, "count": 30, "given": "male"}
    known = {one["text"] for one in model.generate(**greedy)} & set(MEN)
    assert known
    new = model.generate(**greedy, copies=False)
    assert new
    assert not {one["text"] for one in new} & {*MEN, *WOMEN}


def test_a_beam_finds_better_names_than_chance(model):
    best = model.generate(given="male", count=5, decoding={"beam": 10})
    logs = [one["log_probability"] for one in best]
    assert logs == sorted(logs, reverse=True)
    drawn = model.generate(given="male", count=50)
    assert logs[0] >= max(one["log_probability"] for one in drawn) - 1e-6
    fewer = model.generate(
        given="male", count=5, copies=False, decoding={"beam": 10, "longest": 3}
    )
    assert not {one["text"] for one in fewer} & set(MEN)


def test_a_wish_that_cannot_be_met_says_why(model):
    with pytest.raises(SettingError) as why:
        model.generate(given="divers")
    assert why.value.found == 'given: "divers" is no sex that the model knows.'
    with pytest.raises(SettingError) as why:
        model.generate(start="Ñ")
    assert why.value.found == 'start: the character "Ñ" of "Ñ".'


# -- it answers ------------------------------------------------------------------------


def test_a_line_is_what_is_given_and_the_answer_the_best_name(model):
    women, men, again, open_ = model.predict(["female", "sex=male", "male", ""])
    [best] = model.generate(given="male", decoding={"beam": 8, "shortest": 1})
    assert men["prediction"] == again["prediction"] == best["text"]
    assert men["log_probability"] == pytest.approx(best["log_probability"], abs=1e-5)
    assert women["prediction"].endswith("a")
    assert open_["prediction"] in (men["prediction"], women["prediction"])
    assert model.task.text(men) == men["prediction"]


def test_an_unknown_value_in_a_line_is_named_with_its_place(model):
    with pytest.raises(UnreadableDataError) as why:
        model.predict(["female", "divers"])
    assert why.value.found == (
        'input 2: given: "divers" is no sex that the model knows.'
    )
    assert why.value.expected == "one of female, male"


def test_where_nothing_is_given_a_line_is_how_a_name_begins(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("\n".join(WOMEN), encoding="utf-8")
    plain = unrolled.train("generate", path, settings=QUICK)
    assert plain.headers.keys() == {"input"}
    first, second = plain.predict(["El", ""])
    assert first["prediction"].startswith("El")
    assert second["prediction"]
    with pytest.raises(SettingError, match="one more value"):
        plain.generate(given="female")
    metrics = plain.metrics["metrics"]
    assert metrics["nats_by_given"] == {}
    assert "agreement" not in metrics
    assert metrics["novelty"] <= 1


# -- it is scored ----------------------------------------------------------------------


def test_the_figures_of_held_out_names_are_those_of_the_network(model):
    metrics = model.metrics["metrics"]
    rows = [Example(n, None, "", ("female",)) for n in WOMEN]
    rows += [Example(n, None, "", ("male",)) for n in MEN]
    batch: Any = model.task.encode_to_score(rows)
    with torch.no_grad():
        network: Any = model.network
        nats = network(batch.inputs, batch.targets, batch.given).nats
    each = nats.values.double()
    assert metrics["nats_per_token"] == pytest.approx(float(each.mean()), rel=1e-5)
    assert metrics["tokens"] == sum(len(name) + 1 for name in (*WOMEN, *MEN))
    women = sum(len(name) + 1 for name in WOMEN)
    wanted = {"female": each[:women].mean(), "male": each[women:].mean()}
    assert metrics["nats_by_given"] == pytest.approx(
        {name: float(one) for name, one in wanted.items()}, rel=1e-5
    )
    assert metrics["perplexity"] == pytest.approx(math.exp(metrics["nats_per_token"]))
    bits = metrics["nats_per_token"] / math.log(2)
    assert metrics["bits_per_character"] == pytest.approx(bits)


def test_drawn_names_are_probed_and_so_are_those_of_the_baseline(model):
    for found in (model.metrics["metrics"], *model.metrics["baseline"].values()):
        for name in ("novelty", "uniqueness", "agreement", "classifier_accuracy"):
            assert 0 <= found[name] <= 1
        assert found["classifier_accuracy"] == 1.0
        assert found["real_mean_length"] == sum(map(len, WOMEN + MEN)) / 16
        for one in found["samples"]:
            assert one["nearest"] in {*WOMEN, *MEN}
            assert (one["edits"] == 0) == (one["text"] in {*WOMEN, *MEN})
            assert one["given"]["sex"] in ("female", "male")
    assert model.metrics["metrics"]["agreement"] > 0.8


def test_without_samples_nothing_is_probed_and_no_judge_is_kept(tmp_path):
    found = quick(table(tmp_path, both_sexes()), task__samples=0)
    assert "novelty" not in found.metrics["metrics"]
    [baseline] = found.metrics["baseline"].values()
    assert set(baseline) == set(found.metrics["metrics"])
    _, tensors = found.task.state()
    assert not [name for name in tensors if name.startswith("judge.")]


def test_several_columns_and_numbers_are_given(tmp_path):
    lines = ["name,sex,origin,year"]
    for number, (w, m) in enumerate(zip(WOMEN, MEN, strict=True)):
        lines.append(f"{w},female,{('north', 'south')[number % 2]},{1900 + number}.5")
        lines.append(f"{m},male,south,{1950 + number}.5")
    path = table(tmp_path, "\n".join(lines))
    found = unrolled.train(
        "generate",
        path,
        given="sex,origin,year",
        settings=QUICK | {"training.epochs": 3, "task.samples": 5},
        out=tmp_path / "model",
    )
    assert found.task.notes()[-1] == (
        "given: sex (female, male), origin (north, south), year (numbers around 1929)"
    )
    by = found.metrics["metrics"]["nats_by_given"]
    assert list(by) == ["origin=north", "origin=south", "sex=female", "sex=male"]
    assert found.generate(given=["male", "year=1960"], count=2)
    assert found.predict(["female,south,1905.5", "origin=north"])
    back = unrolled.load(tmp_path / "model")
    wish: Any = {"given": "origin=north", "count": 4}
    assert back.generate(**wish) == found.generate(**wish)


def test_long_texts_are_written_word_by_word(tmp_path):
    text = (
        "title,kind\n" + "the old man and the sea,book\nthe sea and the man,song\n" * 6
    )
    found = quick(table(tmp_path, text))
    assert found.task.symbols.unit == "word"
    [one] = found.generate(given="song", decoding={"longest": 5})
    assert set(one["text"].split()) <= {"the", "old", "man", "and", "sea"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("texts.json", lambda _: 5),
        ("given.json", lambda _: {"sex": 1}),
        ("given.json", lambda found: found * 2),
        ("baseline.json", lambda found: found | {"at": [7]}),
        ("baseline.json", lambda found: found | {"groups": [1, 2]}),
        ("baseline.json", lambda _: []),
        ("task.json", lambda _: {"length": "long"}),
        ("vocabulary.json", lambda found: {**found, "tokens": found["tokens"][:-1]}),
    ],
)
def test_a_damaged_folder_is_a_broken_model(model, tmp_path, name, change):
    files, tensors = model.task.state()
    damaged = Model("generate", model.task, model.network, model.settings, {})
    damaged.task = _Damaged({**files, name: change(files[name])}, tensors)  # type: ignore[assignment]
    damaged.save(tmp_path / "model")
    with pytest.raises(BrokenModelError):
        unrolled.load(tmp_path / "model")


class _Damaged:
    def __init__(self, files: dict, tensors: dict) -> None:
        self.kept = (files, tensors)

    def state(self) -> tuple[dict, dict]:
        return self.kept


# -- what is wrong with data -----------------------------------------------------------


def test_an_unseen_category_in_a_validation_file_is_named(tmp_path):
    valid = tmp_path / "valid.csv"
    valid.write_text("name,sex\nAnna,female\nKim,divers\n", encoding="utf-8")
    with pytest.raises(UnknownLabelError) as why:
        unrolled.train(
            "generate", table(tmp_path, both_sexes()), valid=valid, settings=QUICK
        )
    assert why.value.found == (
        f'{valid}, line 3: column "sex" holds "divers", not a known label.'
    )


def test_the_only_row_of_a_category_is_learned_and_not_kept_aside(tmp_path):
    path = table(tmp_path, both_sexes() + "Kim,divers\n")
    for seed in range(3):
        found = quick(path, data__valid_share=0.4, training__seed=seed)
        assert found.generate(given="divers")


def test_an_empty_name_is_refused_with_its_place(tmp_path):
    path = table(tmp_path, both_sexes() + '"",male\n')
    with pytest.raises(UnreadableDataError) as why:
        quick(path)
    assert why.value.found == f'{path}, line 18: column "name" is empty.'
    assert why.value.fix == "fill it in, or leave such rows out"


def test_names_that_are_all_equal_are_learned(tmp_path):
    path = table(tmp_path, "name,sex\n" + "Anna,female\nAnna,male\n" * 5)
    found = quick(path, data__valid_share=0.1)
    assert found.metrics["examples"] == 10
    assert json.loads(json.dumps(found.metrics, allow_nan=False)) == found.metrics


def test_one_category_alone_has_no_judge(tmp_path):
    path = table(tmp_path, "name,sex\n" + "".join(f"{w},female\n" for w in WOMEN))
    found = quick(path)
    assert "agreement" not in found.metrics["metrics"]
    assert found.generate(given="female")


def test_a_list_is_no_name():
    with pytest.raises(UnreadableDataError, match="a list where a text should be"):
        Generate.fit([Example([1.0], None, "x, line 1")], {"text": None}, {})  # type: ignore[dict-item]
