"""What `evaluate` says of transcripts beside their rates: which errors, how quick.

words: 3 exchanged, 1 missing, 0 too many, of 240
sounds: 103.2 s, scored in 4.1 s: a real-time factor of 0.040

test.tsv, line 12
REF: four *** two
HYP: four one too
          I   S
"""

from typing import Any

from unrolled.cli.output import tell


def real_time_factor(found: dict[str, Any]) -> float | None:
    """Seconds of computing for a second of sound; None where no sounds were scored.

    All of the scoring counts: reading the files, the network, the search, baselines.
    """
    heard = found["metrics"].get("sounds", {}).get("seconds")
    return found["seconds"] / heard if heard else None


def show_transcripts(found: dict[str, Any]) -> None:
    """Of what `Model.evaluate` gave, or a training run; nothing of other tasks."""
    metrics = found["metrics"]
    errors = metrics.get("word_errors")
    if not errors:
        return
    tell(
        f"\nwords: {errors['substitutions']:,} exchanged, {errors['deletions']:,}"
        f" missing, {errors['insertions']:,} too many, of {errors['words']:,}"
    )
    factor = real_time_factor(found)
    if factor is not None and "on" not in found:  # else the time is that of training
        tell(
            f"sounds: {metrics['sounds']['seconds']:,.1f} s, scored in"
            f" {found['seconds']:,.1f} s: a real-time factor of {factor:.3f}"
        )
    for row in metrics["worst"]:
        tell(f"\n{row['place']}\n{row['alignment']}")
