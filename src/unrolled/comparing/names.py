"""Names that a comparison does not know: the option is told, and the nearest name."""

from collections.abc import Sequence
from difflib import get_close_matches

from unrolled import catalog
from unrolled.errors import SettingError, UnknownNameError
from unrolled.settings import describe
from unrolled.training.sections import sections_of

NEAR = 0.75
"""How alike two names are, of 1, where one may be meant by the other."""


def refuse_unknown_key(task: str, key: str, *, option: str) -> None:
    """Raises SettingError where the task has no setting of that section.key."""
    known = [row[0] for row in describe(sections_of(catalog.find("tasks", task)))]
    if key in known:
        return
    section = key.partition(".")[0]
    beside = [one for one in known if one.startswith(f"{section}.")]
    sections = dict.fromkeys(one.partition(".")[0] for one in known)
    if option in ("--vary", "--set"):
        near = _nearest(key, known)
        fix = f'did you mean "{near}"?' if near else f"see `unrolled tasks {task}`"
    else:
        fix = f"leave {option} out; `unrolled tasks {task}` lists what there is"
    raise SettingError(
        found=f'{option}: {task} has no setting "{key}".',
        expected=f"one of {', '.join(beside)}"
        if beside
        else f"section.key, with a section of {', '.join(sections)}",
        fix=fix,
    )


def refuse_unknown_cell(name: str, more: Sequence[str]) -> None:
    """Raises UnknownNameError for what is no cell; `more` are accepted besides."""
    known = sorted([*catalog.names("cells"), *more])
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    raise UnknownNameError(
        found=f'--cells: there is no cell "{name}".',
        expected=f"one of {', '.join(known)}",
        fix=f'did you mean "{near[0]}"?'
        if near
        else "choose among these; a cell of your own is a file in src/unrolled/cells",
    )


def _nearest(key: str, known: list[str]) -> str:
    """By the whole of it, or by what stands behind the point; "" if none is near."""
    whole = get_close_matches(key, known, n=1, cutoff=NEAR)
    if whole:
        return whole[0]
    ends = {one.rpartition(".")[2]: one for one in known}
    near = get_close_matches(key.rpartition(".")[2], ends, n=1, cutoff=NEAR)
    return ends[near[0]] if near else ""
