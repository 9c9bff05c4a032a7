"""Caption: a sentence that says what a picture shows (encoder and decoder).

    a red square, drawn     →   red square

Data: a table with a column of pictures, named by their paths, and one of captions; a
picture may have several, in further columns or in rows of their own. Features that
another network has computed stand in .npy files in place of pictures.

Reference: Vinyals et al. 2015, arXiv:1411.4555, which is `model.attention=none`; Xu et
al. 2015, arXiv:1502.03044, which looks at the picture word by word.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.models.captioner import Captioner
from unrolled.models.captioner_settings import CaptionerSettings
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.picture_encoder import FeatureEncoder, PictureEncoder
from unrolled.models.picture_settings import PictureSettings
from unrolled.readers import Cell, Table
from unrolled.settings import Settings, Value
from unrolled.tasks._abilities import AbstractShown
from unrolled.tasks._base import (
    Answers,
    Column,
    Example,
    Gathered,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._caption import page, sample_pictures
from unrolled.tasks._caption.answers import CaptionAnswerer
from unrolled.tasks._caption.baselines import Baselines
from unrolled.tasks._caption.batch import CaptionBatch
from unrolled.tasks._caption.captions import Captions
from unrolled.tasks._caption.pictures import ENDINGS, Pictures
from unrolled.tasks._caption.rows import SPLIT, by_part, by_picture, with_parts
from unrolled.tasks._caption.suggestions import suggestions
from unrolled.tasks._caption.view import asked_of
from unrolled.tasks._columns import choose, examples, headers_of
from unrolled.tasks._pairs.baseline import from_tensors, to_tensors
from unrolled.tasks._pairs.settings import AnswerSettings
from unrolled.tasks._pairs.sides import as_targets, references_of, shifted
from unrolled.tasks._pairs.view import Asked
from unrolled.tasks._pairs.written_task import AbstractWrittenTask
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._text_input import text_of
from unrolled.text.scores.caption_scores import caption_scores

PICTURES, BASELINES = "pictures.json", "baselines.json"


@final
class Caption(AbstractWrittenTask, AbstractShown):
    """Sentences that describe pictures."""

    goal = "a sentence that says what a picture shows"
    shape = Shape.ONE_TO_MANY
    usual_file = "picture.png"
    columns = (
        Column(
            "input",
            holds="pictures: the names of their files",
            usual=("picture", "image", "file", "path", "filename", "file_name", "img"),
            files=ENDINGS,
        ),
        Column(
            "target",
            holds="sentences that describe them",
            usual=(
                "caption",
                "captions",
                "sentence",
                "sentences",
                "description",
                "text",
                "title",
                "caption_en",
            ),
            repeats=True,
        ),
    )
    sections: ClassVar = {
        "picture": PictureSettings,
        "target": SymbolSettings,
        "model": CaptionerSettings,
        "task": AnswerSettings,
    }

    def __init__(
        self,
        settings: Mapping[str, Settings],
        pictures: Pictures,
        captions: Captions,
    ) -> None:
        super().__init__(settings, captions.target, captions.length)
        self.pictures, self.captions = pictures, captions
        self.known: Baselines | None = None

    @property
    def model(self) -> CaptionerSettings:
        """The settings of the network."""
        found: Any = self.settings["model"]
        return found

    @property
    def mine(self) -> AnswerSettings:
        """The settings of the task."""
        found: Any = self.settings["task"]
        return found

    @override
    @classmethod
    def gather(
        cls, table: Table, named: Mapping[str, str], settings: Mapping[str, Settings]
    ) -> Gathered:
        places, said = choose(table, cls.columns, named)
        rows = with_parts(examples(table, places), table)
        merged = by_picture(rows)
        notes = [said]
        if len(merged) < len(rows):
            notes.append(f"rows of one picture are one: {len(merged):,} pictures")
        if any(row.given for row in rows):
            notes.append(f'without --valid, the parts are those of column "{SPLIT}"')
        return Gathered(merged, headers_of(table, places), notes)

    @override
    @classmethod
    def hold_out(
        cls, rows: list[Example], settings: Mapping[str, Settings], *, share: float
    ) -> dict[str, list[Example]] | None:
        return by_part(rows, share)

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        del settings
        return suggestions(examples)

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        captions = Captions.learn(examples, settings, headers)
        if captions.target.start is not None:
            width = captions.target.start.shape[1]
            settings = {**settings, "model": replace(chosen["model"], embedding=width)}
        return cls(settings, Pictures.learn(examples, chosen["picture"]), captions)

    @override
    def notes(self) -> list[str]:
        return [
            *self.pictures.notes(),
            *(f"captions: {n}" for n in self.target.notes()),
        ]

    @override
    def build(self) -> nn.Module:
        picture: Any = self.settings["picture"]
        features = self.pictures.features
        reads = (
            FeatureEncoder(features, self.model.hidden, picture)
            if features
            else PictureEncoder(picture)
        )
        start = self.target.start
        return Captioner(len(self.target), reads, self.model, start=start)

    @override
    def batch(self, examples: list[Example], *, targets: bool) -> CaptionBatch:
        pictures, inputs = self.pictures.encode(examples)
        rows = None
        if targets:
            rows = self.target.rows(text_of(as_targets(row)) for row in examples)
        return CaptionBatch(inputs=inputs, targets=rows, pictures=pictures)

    @override
    def sides(self, batch: CaptionBatch) -> Sides:
        if batch.targets is None:
            raise UnreadableDataError(
                found="pictures without captions.",
                expected="a caption for every picture, to learn from",
                fix="name the column of the captions with --target",
            )
        inputs = shifted(batch.targets, self.target.end)
        return Sides(batch.source, inputs, batch.targets)

    @override
    def answerer(self, network: nn.Module) -> CaptionAnswerer:
        network_: Any = network
        return CaptionAnswerer(network_, self.target, self.mine, self.captions.longest)

    @override
    def asked(self, batch: CaptionBatch) -> Asked:
        mine = self.pictures
        return asked_of(batch.source, mine.settings, features=bool(mine.features))

    @override
    def page(
        self, network: nn.Module, examples: list[Example], answers: Answers
    ) -> str:
        if self.pictures.features:
            raise SettingError(
                found="this model reads features, and no pictures.",
                expected="a model that was trained on pictures, to show where it looks",
                fix="leave --show out",
            )
        most = page.MOST
        rows = examples[:most]
        batch = self.batch(rows, targets=False)
        shown = self.answerer(network).shown(batch, rows, answers[:most])
        return page.page_of(shown, left_out=max(0, len(examples) - most))

    @override
    def look(self, examples: list[Example]) -> Look:
        captions = [text_of(as_targets(row)) for row in examples]
        return Look([self.target.tokenizer.tokens(one) for one in captions], [], [])

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return ("token_accuracy", 1)

    @override
    def judged(self, predictions: list[str], examples: list[Example]) -> Metrics:
        return caption_scores(predictions, references_of(examples)).named()

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        super().fit_baselines(train, valid)
        source = self.batch(train, targets=False).source
        self.known = Baselines.learn(source, references_of(train))

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        found = super().baselines(examples)
        if self.known is not None:
            frequent = [self.known.frequent] * len(examples)
            found["most frequent caption"] = self.judged(frequent, examples)
            nearest = self.known.nearest(self.batch(examples, targets=False).source)
            found["nearest picture"] = self.judged(nearest, examples)
        return found

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files = self.captions.state() | {PICTURES: self.pictures.state()}
        tensors = {} if self.ngrams is None else to_tensors(self.ngrams)
        if self.known is not None:
            said, more = self.known.state()
            files, tensors = files | {BASELINES: said}, tensors | more
        return files, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        picture: Any = settings["picture"]
        pictures = Pictures.restore(files.get(PICTURES), picture)
        made = cls(settings, pictures, Captions.restore(files))
        made.ngrams = from_tensors(tensors, len(made.target))
        if BASELINES in files:
            width = made.pictures.features
            made.known = Baselines.restore(files[BASELINES], tensors, features=width)
        return made

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return list(sample_pictures.rows())
