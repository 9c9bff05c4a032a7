"""Transcribe: learned from small sounds, answered with times, streamed and kept."""

import json
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import unrolled
from tests.harness import needs_native
from unrolled.errors import BrokenModelError, SettingError, UnreadableDataError
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._transcribe.sample import sample_sound
from unrolled.tasks.transcribe import Transcribe

SMALL: dict[str, Value] = {
    "model.hidden": 8,
    "model.layers": 1,
    "model.dropout": 0.0,
    "sound.channels": 16,
    "sound.pitch": 0.0,
}
TEXTS = ["a", "b", "a b", "b a", "a a", "a b b"]


def examples(*texts: str, times: int = 1) -> list[Example]:
    rows = list(texts or TEXTS) * times
    return [
        Example(sample_sound(text.replace(" ", "")), text, f"a.jsonl, line {number}")
        for number, text in enumerate(rows, 1)
    ]


def fitted(rows: list[Example], **given: Value) -> Transcribe:
    changes = {key.replace("__", "."): value for key, value in given.items()}
    settings = make(Transcribe.sections, SMALL | changes)
    return Transcribe.fit(rows, settings, {"target": "text"})


def trained(
    rows: list[Example], steps: int = 120, **given: Value
) -> tuple[Transcribe, nn.Module]:
    """The task, and its network after some steps of Adam on all rows."""
    torch.manual_seed(0)
    task = fitted(rows, **given)
    network, batch = task.build(), task.encode_to_learn(rows)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    for _ in range(steps):
        optimizer.zero_grad()
        task.loss(network, batch).mean().backward()
        optimizer.step()
    return task, network.eval()


def answered(task: Transcribe, network: nn.Module, rows: list[Example]) -> list[Any]:
    with torch.no_grad():
        return task.answer(network, task.encode(rows))


# -- what is answered ------------------------------------------------------------------


def test_words_are_answered_with_their_times_and_the_probability_of_the_text():
    rows = examples()
    task, network = trained(rows)
    answers = answered(task, network, rows)
    assert [answer["prediction"] for answer in answers] == TEXTS
    for answer, text in zip(answers, TEXTS, strict=True):
        assert [word["word"] for word in answer["words"]] == text.split()
        assert -2 < answer["log_probability"] < 0
        times = [t for word in answer["words"] for t in (word["start"], word["stop"])]
        assert times == sorted(times)
        assert times[-1] <= 0.04 + 0.12 * len(text.replace(" ", ""))
    spoken = answers[TEXTS.index("a b b")]["words"]
    for before, after in pairwise(spoken):  # a tone begins each 0.12 s
        assert after["start"] - before["start"] == pytest.approx(0.12, abs=0.045)


def test_the_probability_is_the_loss_of_the_answer():
    rows = examples()
    task, network = trained(rows, 30)
    answers = answered(task, network, rows)
    asked = [
        row._replace(target=answer["prediction"])
        for row, answer in zip(rows, answers, strict=True)
    ]
    with torch.no_grad():
        nats = task.loss(network, task.encode(asked)) * task.length
    found = [-answer["log_probability"] for answer in answers]
    assert nats.tolist() == pytest.approx(found, abs=1e-4)


def test_metrics_are_word_and_character_errors_and_the_worst_rows():
    task = fitted(rows := examples("a b", "ab", "b"))
    heard = ["a a b", "ab", ""]
    found = task.score([{"prediction": text} for text in heard], rows)
    assert found["wer"] == 2 / 4
    assert found["cer"] == 3 / 6
    assert found["word_errors"] == {
        "substitutions": 0,
        "deletions": 1,
        "insertions": 1,
        "words": 4,
    }
    assert [row["place"] for row in found["worst"]] == [
        "a.jsonl, line 1",
        "a.jsonl, line 3",
    ]
    assert found["worst"][1]["alignment"] == "REF: b\nHYP: *\n     D"
    assert found["sounds"] == {"seconds": pytest.approx(0.275 + 0.275 + 0.155)}


# -- texts and symbols -----------------------------------------------------------------


def test_capitals_and_marks_are_not_heard_unless_wanted():
    rows = [row._replace(target="A, b!") for row in examples("ab", "ab")]
    assert "".join(fitted(rows).symbols.vocabulary.tokens[1:]) in ("ab ", " ab")
    kept = fitted(rows, text__lowercase=False, text__punctuation=True)
    assert set(kept.symbols.vocabulary.tokens[1:]) == set("A, b!")


@pytest.mark.parametrize("unit", ["word", "subword"])
def test_symbols_may_be_words_or_subwords(unit):
    if unit == "subword":
        pytest.importorskip("tokenizers")
    rows = examples("a b", "b a", "a", "b", times=3)
    task, network = trained(rows, text__tokens=unit, text__vocabulary=8)
    assert task.symbols.unit == unit
    answers = answered(task, network, rows[:4])
    assert [answer["prediction"] for answer in answers] == ["a b", "b a", "a", "b"]
    assert [word["word"] for word in answers[0]["words"]] == ["a", "b"]


def test_rows_without_any_text_are_refused():
    rows = [row._replace(target="?!") for row in examples("a", "b")]
    with pytest.raises(UnreadableDataError) as refused:
        fitted(rows)
    assert refused.value.found == "2 sounds, none of them with a text."


# -- lengths ---------------------------------------------------------------------------


def test_subsampling_is_the_largest_that_the_texts_allow():
    assert fitted(examples("a", "b", "ab")).reads.factor == 4
    assert fitted(examples("a", "ab"), sound__subsampling="2").reads.factor == 2
    long = [row._replace(target=str(row.target) * 5) for row in examples("ab", "ba")]
    assert fitted(long).reads.factor == 1  # 25 frames for 10 symbols


def test_a_row_too_short_for_its_text_is_left_out_of_training_and_told():
    rows = examples(times=5)
    rows[3] = rows[3]._replace(target="ab" * 20)
    task = fitted(rows, sound__subsampling="2")
    [note] = [note for note in task.notes() if "too short" in note]
    assert note == (
        "too short for its text, left out: a.jsonl, line 4: the text needs 40 vectors"
        " of 20 ms, and the sound has 13"
    )
    assert len(task.encode_to_learn(rows)) == 29
    assert len(task.encode(rows)) == 30
    losses = task.loss(task.build(), task.encode(rows)).tolist()
    assert losses[3] == 0
    assert all(loss > 0 for number, loss in enumerate(losses) if number != 3)


def test_many_such_rows_are_refused_with_the_place_of_the_first():
    rows = [row._replace(target="ab" * 20) for row in examples()]
    with pytest.raises(UnreadableDataError) as refused:
        fitted(rows, sound__subsampling="4")
    assert str(refused.value) == (
        "a.jsonl, line 1: the text needs 40 vectors of 40 ms, and the sound has 3. So"
        " it is with 6 of 6 rows.\n"
        "  expected: sounds as long as their texts take to say\n"
        "  to fix:   check that texts and sounds belong together, or a smaller"
        " sound.subsampling than 4\n"
        "  code:     unreadable-data"
    )


def test_a_sound_of_nothing_is_an_empty_text():
    rows = examples()
    task, network = trained(rows, 5)
    [answer] = answered(task, network, [Example([], None, "input 1")])
    assert answer == {"prediction": "", "log_probability": 0.0, "words": []}


# -- the search ------------------------------------------------------------------------


def test_a_closed_vocabulary_is_a_lexicon_by_itself():
    task = fitted(examples("ab", "ba", times=5))
    assert task.words == ["ab", "ba"]
    assert task.notes()[2].endswith("no other words than 2")
    assert fitted(examples("ab", "ba", times=4)).words == []
    assert fitted(examples("ab", times=5), task__lexicon="none").words == []
    assert fitted(examples("ab", times=5), task__beam=1).words == []


def test_a_lexicon_and_texts_of_a_file_are_read(tmp_path):
    words, texts = tmp_path / "words.txt", tmp_path / "texts.txt"
    words.write_text("AB!\nba\n", encoding="utf-8")
    texts.write_text("b b b\nb b\n", encoding="utf-8")
    task = fitted(examples(), task__lexicon=str(words), task__language_text=str(texts))
    assert task.words == ["ab", "ba"]
    plain = fitted(examples())
    b_b = plain.symbols.rows(["b b b"])
    assert task.language is not None
    assert plain.language is not None
    more: Any = task.language
    less: Any = plain.language
    assert more.log_probabilities(b_b).sum() > less.log_probabilities(b_b).sum()


def test_a_lexicon_of_other_symbols_is_refused():
    with pytest.raises(SettingError) as refused:
        fitted(examples("a", "b"), task__lexicon="words.txt", text__tokens="word")
    assert refused.value.found == "a lexicon for symbols that are words."


# -- the stream ------------------------------------------------------------------------


@needs_native
@pytest.mark.parametrize("normalize", ["running", "fixed"])
@pytest.mark.parametrize("beam", [1, 4])
def test_a_stream_of_samples_gives_the_bits_and_the_answer_of_the_whole(
    normalize, beam
):
    rows = examples()
    one_way = {"model__bidirectional": False, "sound__normalize": normalize}
    task, network = trained(rows, 40, task__beam=beam, **one_way)
    generator = torch.Generator().manual_seed(0)
    whole = answered(task, network, rows)
    with torch.no_grad():
        frames = network(task.encode(rows).inputs)
    for number, row in enumerate(rows):
        hearing = task.listen(network)
        samples = torch.tensor(row.input)
        while len(samples):
            size = int(torch.randint(0, 400, (1,), generator=generator))
            hearing.accept(samples[:size])
            samples = samples[size:]
        answer = hearing.finish()
        assert torch.equal(hearing.frames(), frames[number])
        assert answer["prediction"] == whole[number]["prediction"]
        assert answer == whole[number]


# -- the model folder ------------------------------------------------------------------


def test_without_a_direction_back_it_is_suggested_that_it_may_stream():
    settings = make(Transcribe.sections, {"model.bidirectional": False})
    found = Transcribe.suggest(examples(), settings)
    assert found["sound.normalize"] == "running"
    plain = Transcribe.suggest(examples(), make(Transcribe.sections, {}))
    assert "sound.normalize" not in plain


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("task.json", {"words": [1], "length": 2.0}),
        ("task.json", {"words": [], "length": 0.0}),
        ("vocabulary.json", {"tokens": [], "counts": []}),
        ("tokenizer.json", {"name": "letters"}),
        ("sound.json", {}),
    ],
)
def test_a_damaged_folder_is_told(name, change):
    rows = examples()
    task = fitted(rows)
    task.fit_baselines(rows, rows)
    files, tensors = task.state()
    with pytest.raises(BrokenModelError):
        Transcribe.restore(task.settings, files | {name: change}, tensors)


def test_baselines_that_do_not_fit_their_sounds_are_told():
    rows = examples()
    task = fitted(rows)
    task.fit_baselines(rows, rows)
    files, tensors = task.state()
    tensors["baseline.figures"] = tensors["baseline.figures"][1:]
    with pytest.raises(BrokenModelError) as broken:
        Transcribe.restore(task.settings, files, tensors)
    assert broken.value.found == "the baselines of the model are damaged."


def test_the_nearest_sound_answers_what_was_said_in_it():
    rows = examples(times=2)
    task = fitted(rows)
    task.fit_baselines(rows[:6], rows[:6])
    found = task.baselines(rows[6:])
    assert found["nearest sound"] == {"wer": 0.0, "cer": 0.0}
    assert found["most usual text"]["wer"] > 0.5


def test_files_that_a_table_names_are_learned_and_asked_by_their_path(tmp_path):
    lines = []
    for number, text in enumerate(["ab", "ba", "a", "b"] * 3):
        path = tmp_path / "wav" / f"{number}.wav"
        path.parent.mkdir(exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            samples = (round(32767 * one) for one in sample_sound(text))
            data = b"".join(n.to_bytes(2, "little", signed=True) for n in samples)
            file.writeframes(data)
        lines.append(json.dumps({"file": f"{number}.wav", "text": text}))
    table = tmp_path / "train.jsonl"
    table.write_text("\n".join(lines), encoding="utf-8")
    few = {key: SMALL[key] for key in ("model.hidden", "model.layers")}
    model = unrolled.train("transcribe", table, epochs=1, settings=few)
    asked = str(Path(tmp_path) / "wav" / "0.wav")
    [answer] = model.predict([asked])
    assert answer["input"] == asked
    assert set(answer) == {"input", "prediction", "log_probability", "words"}
