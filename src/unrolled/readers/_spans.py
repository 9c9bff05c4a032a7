"""Spans as the tools of annotation write them, all as [start, stop, label].

    [[0, 6, "PER"]]                                         spaCy, doccano
    [{"start": 0, "end": 6, "label": "PER"}]                spaCy, Prodigy
    [{"start_offset": 0, "end_offset": 6, "label": "PER"}]  doccano
    [{"start": 0, "end": 6, "labels": ["PER"]}]             Label Studio

Further keys of an object (an id, the words) are passed over. Only the form is looked
at here; whether a span lies in its text, `check_spans` in text/spans.py tells.
"""

_STARTS = ("start", "start_offset", "begin")
_STOPS = ("end", "stop", "end_offset")
_LABELS = ("label", "labels", "type", "entity", "entity_group", "tag")
EXPECTED = '[start, stop, "label"] or {"start": 0, "end": 6, "label": "PER"}'


def meant_as_spans(values: list) -> bool:
    """Whether a list is meant as spans: objects, or threes with a text at the end."""
    return all(
        isinstance(value, dict)
        or (isinstance(value, list) and len(value) == 3 and isinstance(value[2], str))
        for value in values
    )


def as_span(value: dict | list) -> list | None:
    """One of them as [start, stop, label]; None if it is no such thing."""
    if isinstance(value, dict):
        label = _first(value, _LABELS)
        if isinstance(label, list) and len(label) == 1:
            [label] = label
        value = [_first(value, _STARTS), _first(value, _STOPS), label]
    start, stop, label = value
    numbers = type(start) in (int, float) and type(stop) in (int, float)
    return value if numbers and isinstance(label, str) else None


def _first(span: dict, keys: tuple[str, ...]) -> object:
    return next((span[key] for key in keys if key in span), None)
