"""Signs in the rows that a run was given.

unknown        validation rows in other words than the training rows
leaked         validation rows that were learned from
telling        a word that gives the label away
contradicted   equal inputs with different labels
few            hardly any rows
"""

from unrolled.tracing.case import Case
from unrolled.tracing.diagnosis import Diagnosis

OTHER_WORDS = 0.1
"""Above twice what the training rows let expect, and this, the texts are of another
kind."""
NO_TEST, TO_NOTICE = 0.5, 0.01
"""Shares of validation rows that were learned from: the score means nothing; it is
a little too good."""
CONTRADICTED = 0.1
FEW_ROWS = 100


def unknown(case: Case) -> Diagnosis | None:
    """Unknown words far beyond what the training rows let expect."""
    train, valid = case.rows.get("train", {}), case.rows.get("valid", {})
    share, expected = valid.get("unknown"), train.get("once")
    if share is None or expected is None:
        return None
    if share < 2 * expected + OTHER_WORDS:
        return None
    shown = ", ".join(valid.get("strange", []))
    return Diagnosis(
        name="unknown words",
        level="problem" if share > NO_TEST else "warning",
        sentence=f"{100 * share:.0f} % of the words of the validation rows occur in no"
        f" training row ({shown}): they are another kind of text, or another language.",
        evidence={
            "share of unknown words in the validation rows": share,
            "share to be expected (words that one training row alone has)": expected,
        },
        change=(
            "learn from texts of the kind that will be asked",
            "--set text.tokens=subword, if they share parts of words",
        ),
    )


def leaked(case: Case) -> Diagnosis | None:
    """Validation rows whose input is among the training rows."""
    share = case.rows.get("valid", {}).get("leaked", 0.0)
    if share < TO_NOTICE:
        return None
    rows = case.rows["valid"]["rows"]
    return Diagnosis(
        name="leakage",
        level="problem" if share >= NO_TEST else "warning",
        sentence=f"{round(share * rows):,} of {rows:,} validation rows were learned"
        " from: their score says how well they are remembered.",
        evidence={"share of validation rows among the training rows": share},
        change=(
            "take these rows out of one of the two: unrolled check TASK DATA --valid"
            " FILE lists them",
            "or leave --valid out: a share of the rows is kept aside",
        ),
    )


def telling(case: Case) -> Diagnosis | None:
    """For each label one word that stands in its rows and in no others.

    Where that word is the label's own name, the answer was left in what is read.
    """
    found: dict[str, str] = case.rows.get("train", {}).get("telling", {})
    if not found:
        return None
    named = [label for label, word in found.items() if _names(word, label)]
    shown = ", ".join(f'"{word}" for {label}' for label, word in found.items())
    grave = bool(named)
    return Diagnosis(
        name="leakage" if grave else "a word tells the label",
        level="problem" if grave else "note",
        sentence="the label stands in what is read: " + shown + "."
        if grave
        else f"one word alone tells the label: {shown}. If it is there only because"
        " of how the data was made, the model will be of no use elsewhere.",
        evidence={"labels that one word gives away": len(found)},
        change=("take these words out of the input column, or name another --input",),
    )


def _names(word: str, label: str) -> bool:
    """Whether a word holds the name of a label; a single letter is no name."""
    name = label.casefold()
    return len(name) > 1 and name in word.casefold()


def contradicted(case: Case) -> Diagnosis | None:
    """Rows with the input of another row and another answer."""
    train = case.rows.get("train", {})
    share = train.get("contradicted", 0.0)
    if share < CONTRADICTED or not case.answers_labels:
        return None
    return Diagnosis(
        name="contradictory labels",
        level="problem" if share >= NO_TEST and case.weak else "warning",
        sentence=f"{100 * share:.0f} % of the training rows have the input of another"
        " row and another label: nobody can be right on both.",
        evidence={
            "share of contradicted rows": share,
            "accuracy of knowing all training rows by heart": train["ceiling"],
        },
        change=("decide on one label for each input: unrolled check lists the rows",),
    )


def few(case: Case) -> Diagnosis | None:
    """So few rows that a score is chance, and so is what was learned."""
    rows = case.rows.get("train", {}).get("rows", FEW_ROWS)
    if rows >= FEW_ROWS or case.rows["train"].get("tokens", 0) > 100 * FEW_ROWS:
        return None
    if "labels" not in case.rows["train"]:
        return None
    return Diagnosis(
        name="too little data",
        level="warning" if case.failed or case.weak or case.beaten else "note",
        sentence=f"{rows} rows are too few to learn from, and fewer still were kept"
        " aside to choose the best weights by.",
        evidence={
            "training rows": rows,
            "validation rows": case.rows.get("valid", {}).get("rows", 0),
        },
        change=("add some hundreds of rows", "word vectors of much text: --vectors"),
    )
