"""Numbers read aloud: what was said and when, and what is heard while it is said."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SHOWN = 4
"""Numbers of the test part that are shown: the first ones."""
SETTINGS = {
    "model.bidirectional": False,  # to listen
    "model.cell": "gru",
    "sound.pitch": 0.03,  # it is one voice, through one microphone
    "sound.tempo": 0.1,
    "sound.color": 3.0,
    "task.language": 0.0,  # any digit follows any other
}
CHUNK = 0.25
"""Seconds of sound that are heard at a time."""


@final
class TranscribeDemo(AbstractDemo):
    """A sound in, what is said in it out (many to many, unaligned)."""

    folder = "demo/transcribe"
    minutes = 3.5
    invitation = "the path of a sound a line"
    more = "unrolled listen {out} FILE.wav"

    def __init__(self) -> None:
        self._test = Path()

    @override
    def prepare(self, out: Path) -> Prepared:
        say(
            "Digits of one voice, joined to numbers with pauses and noise: what is read"
            "\naloud? The numbers of the test are new, the recordings in them are not:"
            "\nthis is no measure of how well another voice is understood.\n"
        )
        found = fetched("spoken_digits")
        self._test = found.files["test"]
        return Prepared(files=found.files, settings=SETTINGS)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        rows = model.read(self._test).examples[:SHOWN]
        told = {str(row.input): str(row.target) for row in rows}
        answers = model.predict([*told, *asked])
        for answer in answers:
            answer["said"] = told.get(answer["input"], "")
        return {"answers": answers, "heard": heard(model, str(rows[0].input))}

    @override
    def show(self, answers: Any) -> None:
        for answer in answers["answers"]:
            name = Path(answer["input"]).name
            said = f"said {answer['said']}, " if answer["said"] else ""
            tell(f"\n{name}: {said}heard {answer['prediction']}")
            tell(f"  {times(answer)}")
        [first, *_] = answers["answers"]
        tell(f"\n{Path(first['input']).name} while it is heard:")
        for moment in answers["heard"]:
            tell(f"  {moment['seconds']:4.2f} s  {moment['partial']}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        [answer] = model.predict([line])
        tell(f"  {answer['prediction']}\n  {times(answer)}")


def times(answer: dict[str, Any]) -> str:
    """When each word was said: "4 0.12-0.48  7 0.60-0.92"."""
    words = answer["words"]
    return "  ".join(f"{w['word']} {w['start']:.2f}-{w['stop']:.2f}" for w in words)


def heard(model: "Model", path: str) -> list[dict[str, Any]]:
    """The text up to each moment at which it has changed."""
    from unrolled.signals.sound import read_sound

    hearing, rate = model.listen()
    samples = read_sound(Path(path), rate=rate).samples
    found: list[dict[str, Any]] = []
    before, at = "", 0
    for piece in samples.split(round(CHUNK * rate)):
        at += len(piece)
        text = hearing.accept(piece)
        if text != before:
            found.append({"seconds": at / rate, "partial": text})
        before = text
    return found
