"""Transcribe: what is said in a sound (many to many, unaligned).

    four_two.wav   →   "four two"         and when: four 0.12-0.40 s, two 0.52-0.68 s

Data: a file of sound a row, beside its text. A text is shorter than its sound, and
nobody says which part of it belongs to which symbol: the network says a symbol or
nothing at each moment, and the loss counts every alignment that is heard as the text
(CTC). Without --bidirectional and with sound.normalize=running the network transcribes
while a sound is still being recorded: `unrolled listen`.

References: Graves et al. 2006, "Connectionist temporal classification"; Hannun et al.
2014, arXiv:1408.2873, for the search with a language model.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.ctc_loss import ctc_loss, frames_needed
from unrolled.models.transcriber import Transcriber
from unrolled.models.transcriber_settings import TranscriberSettings
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.signals.sound import ENDINGS
from unrolled.tasks._base import (
    AbstractTask,
    Answers,
    Batch,
    Column,
    Example,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._listening import AbstractListener
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._sound_input import SoundInput
from unrolled.tasks._sound_settings import SoundSettings
from unrolled.tasks._transcribe import language as languages
from unrolled.tasks._transcribe import lengths
from unrolled.tasks._transcribe.answers import answers_to, predictions
from unrolled.tasks._transcribe.baselines import TranscribeBaselines
from unrolled.tasks._transcribe.hearing import TranscriptHearing
from unrolled.tasks._transcribe.sample import sample
from unrolled.tasks._transcribe.scores import transcript_rates, transcript_scores
from unrolled.tasks._transcribe.search import Search, words_of
from unrolled.tasks._transcribe.settings import TranscribeSettings, TranscriptSettings
from unrolled.tasks._transcribe.suggestions import suggestions
from unrolled.tasks._transcribe.symbols import TranscriptSymbols
from unrolled.tasks._transcribe.texts import restored_words, transcript
from unrolled.tasks._transcribe.view import view_of


@final
class Transcribe(AbstractTask, AbstractListener, AbstractSeen):
    """Speech to text, and other sounds to what they spell."""

    goal = "what is said in each sound"
    shape = Shape.UNALIGNED
    usual_file = "recording.wav"
    columns = (
        Column(
            "input",
            holds="files of sound",
            usual=("sound", "audio", "file", "path", "wav", "filename", "clip"),
            files=ENDINGS,
        ),
        Column(
            "target",
            holds="what is said in them",
            usual=("text", "sentence", "transcript", "transcription", "words"),
        ),
    )
    sections: ClassVar = {
        "sound": SoundSettings,
        "text": TranscriptSettings,
        "model": TranscriberSettings,
        "task": TranscribeSettings,
    }

    def __init__(
        self,
        settings: Mapping[str, Settings],
        reads: SoundInput,
        symbols: TranscriptSymbols,
        *,
        language: languages.Language,
        words: list[str],
        length: float,
    ) -> None:
        """`words` are all that may be heard; with none of them, any may.

        `length` is the mean number of symbols of a training text.
        """
        self.settings = {**settings, "sound": reads.settings}
        self.reads, self.symbols, self.length = reads, symbols, length
        self.language, self.words = language, words
        self.search = Search(self._mine, symbols, language, words)
        self.cheap: TranscribeBaselines | None = None
        self.left_out: list[str] = []

    @property
    def _mine(self) -> TranscribeSettings:
        found: Any = self.settings["task"]
        return found

    @property
    def _how(self) -> TranscriptSettings:
        found: Any = self.settings["text"]
        return found

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        return suggestions(examples, settings)

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        mine, how = chosen["task"], chosen["text"]
        texts = [transcript(example, how) for example in examples]
        symbols = TranscriptSymbols.learn(texts, how)
        reads = SoundInput.learn(examples, chosen["sound"])
        targets = symbols.rows(texts)
        needed, frames = frames_needed(targets), reads.encode(examples).lengths
        if chosen["sound"].subsampling == "auto":
            reads.subsample(lengths.largest_factor(frames, needed))
        task = cls(
            settings,
            reads,
            symbols,
            language=languages.fit_language(mine, texts, how, symbols),
            words=words_of(mine, texts, how, symbols.unit),
            length=max(float(targets.lengths.double().mean()), 1.0),
        )
        task.left_out = lengths.left_out(
            examples, frames, needed, factor=reads.factor, step=reads.step
        )
        return task

    @override
    def notes(self) -> list[str]:
        unit, lexicon = self.symbols.unit, len(self.words)
        language = languages.told(self.language, unit)
        closed = f", no other words than {lexicon:,}" if lexicon else ""
        how = self._how
        texts = ["small letters"] * how.lowercase
        texts += ["without punctuation"] * (not how.punctuation)
        as_is = ", ".join(texts) or "as they are"
        return [
            *self.reads.notes(),
            f"texts: {unit}s, {len(self.symbols) - 1:,} of them; {as_is}",
            f"search: beam {self._mine.beam}{language}{closed}",
            *lengths.notes_of(self.left_out),
        ]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        return Transcriber(self.reads.first_layer(), model, symbols=len(self.symbols))

    @override
    def encode(self, examples: list[Example]) -> Batch:
        known = all(example.target is not None for example in examples)
        targets = self.symbols.rows(self._texts(examples)) if known else None
        return Batch(self.reads.encode(examples), targets)

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        batch = self.encode(examples)
        targets: Any = batch.targets
        frames, needed = batch.inputs.lengths, frames_needed(targets)
        fits = lengths.allowed(frames, needed, self.reads.factor)
        return batch if bool(fits.all()) else batch.gather(fits.nonzero()[:, 0])

    @override
    def look(self, examples: list[Example]) -> Look:
        return Look([], [], [])

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        texts: Any = batch.targets
        found = network(batch.inputs, frames_needed(texts))
        return ctc_loss(found, texts) / self.length

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        frames = network(batch.inputs)
        found = predictions(frames, self.search)
        return answers_to(frames, found, self.symbols, step=self.reads.step)

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        found = predictions(network(batch.inputs), self.search)
        return [{"prediction": self.symbols.text(ids)} for ids in found]

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        found = [answer["prediction"] for answer in answers]
        places = [example.place for example in examples]
        lengths_ = self.reads.encode(examples).lengths.tolist()
        seconds = round(sum(map(self.reads.seconds, lengths_)), 3)
        scores = transcript_scores(found, self._texts(examples), places)
        return scores | {"sounds": {"seconds": seconds}}

    def _texts(self, examples: list[Example]) -> list[str]:
        return [transcript(example, self._how) for example in examples]

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return "wer", -1

    @property
    @override
    def rate(self) -> int:
        return self.reads.settings.rate

    @override
    def listen(self, network: nn.Module) -> TranscriptHearing:
        network_: Any = network
        return TranscriptHearing(network_, self.reads, self.search, self.symbols)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        network_: Any = network
        sound = self.reads.encode([example])
        return view_of(network_, sound, self.reads, self.search, self.symbols)

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        self.cheap = TranscribeBaselines.fit(
            self.reads.encode(train), self._texts(train)
        )

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if self.cheap is None:
            return {}
        found = self.cheap.answers(self.reads.encode(examples))
        wanted = self._texts(examples)
        return {name: transcript_rates(texts, wanted) for name, texts in found.items()}

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = self.reads.state()
        files |= self.symbols.state()
        files["task.json"] = {"words": self.words, "length": self.length}
        own, weights = languages.kept(self.language)
        files, tensors = files | own, tensors | weights
        if self.cheap:
            files["task.json"]["baselines"], figures = self.cheap.state()
            tensors |= figures
        return files, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        symbols = TranscriptSymbols.restore(files)
        mine = files["task.json"]
        words, length = restored_words(mine)
        task = cls(
            settings,
            SoundInput.restore(chosen["sound"], files, tensors),
            symbols,
            language=languages.restored(files, tensors, len(symbols)),
            words=words,
            length=length,
        )
        task.cheap = TranscribeBaselines.restore(mine.get("baselines"), tensors)
        return task

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return answer["prediction"]

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return sample()
