"""What `correct` answers: the corrected text, and every change with its place.

    {"prediction": "He goes home",
     "edits": [{"start": 3, "stop": 5, "original": "go", "replacement": "goes",
                "kind": "R:VERB:SVA", "why": "agreement of verb and subject",
                "confidence": 0.93}]}

Places count characters of the text that was asked, from 0; a change ends before its
stop. Kinds are those of text/edits/edit_kinds.py.
"""

from typing import Any

from unrolled.tasks._correct.align import steps
from unrolled.tasks._correct.draft import Change, Draft
from unrolled.tasks._correct.learning import words_of
from unrolled.tasks._correct.sentence import whole_text
from unrolled.text.edits.edit_kinds import MEANINGS, kind_of


def answer(draft: Draft) -> dict[str, Any]:
    """One answer, as JSON."""
    return {
        "prediction": draft.text,
        "edits": [_explained(edit, draft.given) for edit in draft.edits()],
    }


def _explained(edit: dict[str, Any], text: str) -> dict[str, Any]:
    before = words_of(text[max(edit["start"] - 40, 0) : edit["start"]])[-1:]
    kind = kind_of(
        words_of(edit["original"]),
        words_of(edit["replacement"]),
        before=before[0] if before else "",
    )
    why = MEANINGS[kind.partition(":")[2]]
    confidence = edit.pop("confidence")
    return {**edit, "kind": kind, "why": why, "confidence": confidence}


def drafted(text: str, written: str, *, confidence: float) -> Draft:
    """The text with the changes that make it say what was written.

    Its blanks stay as they are where its words do.
    """
    draft, words = Draft(text), words_of(text)
    whole = whole_text(text)
    changes: list[Change] = []
    for step in steps(words, words_of(written)):
        edit = whole.changed(step.start, step.stop, step.words)
        if not changes or changes[-1].stop <= edit.start:
            changes.append(Change(*edit, step.kind, confidence))
    draft.apply(changes)
    return draft
