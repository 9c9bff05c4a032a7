"""A folder of sounds, each with its text beside it.

    recordings/one.wav      recordings/one.txt      (or .lab)
    recordings/two.flac     recordings/two.txt

gives the columns sound ("one.wav") and text, in the order of the names. Folders in it
are looked through as well, so that speakers may have one each. A text of several lines
becomes one; the times before it that TIMIT has (.txt, .wrd) are left out. Other files
are passed over and counted.

Reference for TIMIT: Garofolo et al. 1993, "DARPA TIMIT acoustic-phonetic continuous
speech corpus", NISTIR 4930.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._listing import files_below
from unrolled.readers._sounds import is_sound, with_texts, without_times
from unrolled.readers._text import read_text


@final
class Sounds(AbstractReader):
    """Sounds with texts beside them."""

    suffixes = ()
    rank = 1  # a folder with texts beside sounds is no folder of classes

    @override
    def claims(self, path: Path, head: str) -> bool:
        if not path.is_dir():
            return False
        try:
            files = list(files_below(path))
        except UnreadableDataError:
            return False  # the reader of folders says what is wrong
        return any(text or one.parent == path for one, text in with_texts(files))

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        draft = Draft(path, options)
        files = list(files_below(path))
        pairs = with_texts(files)
        timed = 0
        for sound, beside in pairs:
            if beside is None:
                draft.refuse(
                    str(sound),
                    f"no text beside it, such as {sound.stem}.txt.",
                    expected="a text for each sound",
                    fix="write down what is said",
                )
                continue
            try:
                text, notes = read_text(beside, options.encoding)
            except UnreadableDataError as why:
                draft.leave_out(why)
                continue
            draft.notes += [note for note in notes if note not in draft.notes]
            words = beside.suffix.lower() == ".wrd"
            text, had_times = without_times(text, words=words)
            timed += had_times
            draft.add(str(beside), (sound.relative_to(path).as_posix(), text))
        draft.notes.append(f"sounds: {len(pairs):,}")
        if timed:
            draft.notes.append(f"texts with times: {timed:,}; the times are left out")
        used = {one for pair in pairs for one in pair}
        others = sum(not is_sound(one) and one not in used for one in files)
        if others:
            draft.notes.append(f"other files: {others:,}, passed over")
        return draft.table(("sound", "text"))
