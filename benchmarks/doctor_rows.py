"""Rows for `benchmarks/doctor.py`, of every kind: made by chance with a seed."""

import csv
import json
import math
from pathlib import Path
from random import Random
from typing import Any

import torch

Row = tuple[Any, ...]


def words(text: str) -> list[str]:
    """Them one by one."""
    return text.split()


GOOD = words("great lovely fine warm bright clever moving funny superb tender")
BAD = words("dull poor bad cold weak slow clumsy noisy hollow tired")
PLAIN = words(
    "the a film story actor scene music plot it was is seemed felt very quite and with"
    " of in this that one last first long short when then so too there all we saw him"
    " her house street city night day light door friend voice hand word way end"
)
FRENCH = words(
    "le la un une histoire acteur musique nuit jour maison rue ville porte ami voix il"
    " elle est semblait très avec dans ce cette beau triste lent belle vide drôle"
)
FIRST = words("Anna Bruno Clara David Elsa Felix Greta Hugo Irene Jonas")
LAST = words("Meyer Rossi Novak Silva Brandt Keller Lopez Varga")
TOWNS = words("Lyon Graz Porto Turin Bergen Gdansk Leiden Bath")
NUMBERS = words("zero one two three four five six seven eight nine")


def review(chance: Random, *, positive: bool, words: list[str] = PLAIN) -> str:
    """4 to 20 words, two of which judge; one in four is turned around by "not"."""
    made = chance.choices(words, k=chance.randint(4, 20))
    for _ in range(2):
        turned = chance.random() < 0.25
        judged = chance.choice(GOOD if positive != turned else BAD)
        at = chance.randrange(len(made))
        made[at:at] = ["not", judged] if turned else [judged]
    return " ".join(made)


def reviews(count: int, seed: int = 0, *, share: float = 0.5) -> list[Row]:
    """Reviews with their labels, a share of them positive."""
    chance = Random(seed)
    signs = [chance.random() < share for _ in range(count)]
    return [
        (review(chance, positive=sign), "positive" if sign else "negative")
        for sign in signs
    ]


def far(count: int, length: int, seed: int = 0) -> list[Row]:
    """The first word decides, and `length` plain ones follow it."""
    chance, rows = Random(seed), []
    for number in range(count):
        first = chance.choice(GOOD if number % 2 else BAD)
        rest = chance.choices(PLAIN, k=length)
        rows.append(
            (" ".join([first, *rest]), "positive" if number % 2 else "negative")
        )
    return rows


def waves(count: int, seed: int = 0) -> list[Row]:
    """Slow and fast waves in noise, 30 to 60 moments long."""
    chance, rows = Random(seed), []
    for number in range(count):
        speed = (0.2, 0.5, 0.9)[number % 3]
        begin, size = chance.random() * 6, chance.uniform(0.5, 2)
        moments = torch.arange(chance.randint(30, 60)) * speed + begin
        noise = torch.tensor([chance.gauss(0, 0.3) for _ in range(len(moments))])
        series = (size * moments.sin() + noise).tolist()
        label = ("slow", "middle", "fast")[number % 3]
        rows.append((" ".join(f"{n:.4f}" for n in series), label))
    return rows


def tagged(count: int, seed: int = 0) -> list[Row]:
    """Sentences with persons and towns, as words and tags."""
    chance, rows = Random(seed), []
    for _ in range(count):
        person, town = (chance.choice(FIRST), chance.choice(LAST)), chance.choice(TOWNS)
        words = [*chance.choices(PLAIN, k=chance.randint(1, 4)), *person]
        tags = ["O"] * (len(words) - 2) + ["B-PER", "I-PER"]
        more = [*chance.choices(PLAIN, k=chance.randint(1, 4)), "from", town]
        words += more
        tags += ["O"] * (len(more) - 1) + ["B-LOC"]
        rows.append((" ".join(words), " ".join(tags)))
    return rows


def sentences(count: int, seed: int = 0) -> list[Row]:
    """Lines of a small grammar."""
    chance, rows = Random(seed), []
    for _ in range(count):
        who, where = chance.choice(FIRST), chance.choice(TOWNS)
        verb = chance.choice(["sees", "likes", "paints", "leaves"])
        what = chance.choice(
            ["the house", "the old door", "a friend", "the long street"]
        )
        end = chance.choice(
            [f"in {where}", "every day", f"with {chance.choice(FIRST)}"]
        )
        rows.append((f"{who} {verb} {what} {end} .",))
    return rows


def given_names(count: int, seed: int = 0) -> list[Row]:
    """Names of syllables that end by their kind."""
    chance, rows = Random(seed), []
    for number in range(count):
        body = "".join(
            chance.choice("bdlmnrst") + chance.choice("aeiou")
            for _ in range(chance.randint(1, 3))
        )
        female = number % 2
        name = (
            body + chance.choice(["na", "lia"] if female else ["ron", "dor"])
        ).title()
        rows.append((name, "female" if female else "male"))
    return rows


def digits(count: int, seed: int = 0) -> list[Row]:
    """Numbers in words, and in digits: "two seven" → "2 7"."""
    chance, rows = Random(seed), []
    for _ in range(count):
        drawn = [chance.randrange(10) for _ in range(chance.randint(2, 6))]
        rows.append((" ".join(NUMBERS[n] for n in drawn), " ".join(map(str, drawn))))
    return rows


def season(count: int, seed: int = 0) -> list[Row]:
    """A year of twelve months, a trend, and noise: one value a row."""
    chance = Random(seed)
    wave = (torch.arange(count) * 2 * torch.pi / 12).sin()
    values = 50 + 0.05 * torch.arange(count) + 10 * wave
    return [(f"{float(v) + chance.gauss(0, 1):.3f}",) for v in values]


def graded(count: int, seed: int = 0) -> list[Row]:
    """Reviews with a grade from 1 to 5: how many good words stand in them, and one."""
    chance, rows = Random(seed), []
    for _ in range(count):
        judged = [chance.random() < 0.5 for _ in range(4)]
        found = chance.choices(PLAIN, k=8)
        found += [chance.choice(GOOD if good else BAD) for good in judged]
        chance.shuffle(found)
        rows.append((" ".join(found), str(1 + sum(judged))))
    return rows


def stories(count: int, seed: int = 0) -> list[Row]:
    """Three sentences, and the first two words of the first with its last one."""
    chance, rows = Random(seed), []
    lines = [row[0] for row in sentences(3 * count, seed)]
    for at in range(0, 3 * count, 3):
        first = lines[at].split()
        short = " ".join([*first[:2], first[-2]])
        rows.append((" ".join(lines[at : at + 3]), short))
    chance.shuffle(rows)
    return rows


def mistaken(count: int, seed: int = 0) -> list[Row]:
    """Sentences without the s of their verb, every second one; and right ones."""
    rows = []
    for number, (right,) in enumerate(sentences(count, seed)):
        found = right.split()
        found[1] = found[1][:-1] if number % 2 else found[1]
        rows.append((" ".join(found), right))
    return rows


def sounds(count: int, seed: int = 0) -> list[Row]:
    """Tones of three pitches in noise, 8,000 samples a second, and their letters."""
    chance, rows = Random(seed), []
    tones = {"a": 500.0, "b": 1000.0, "c": 2000.0}
    for _ in range(count):
        text = "".join(chance.choices("abc", k=chance.randint(1, 3)))
        size, wave = chance.uniform(0.2, 0.8), [0.0] * 320
        for letter in text:
            step = 2 * math.pi * tones[letter] / 8000
            wave += [size * math.sin(step * n) for n in range(640)] + [0.0] * 320
        rows.append(([round(one + chance.gauss(0, 0.01), 3) for one in wave], text))
    return rows


def pictures(count: int, seed: int = 0) -> list[Row]:
    """8 × 8 pictures of a bar that lies or stands, in two colors, with captions."""
    chance, rows = Random(seed), []
    colors = {"red": (220, 40, 30), "blue": (40, 60, 220)}
    for _ in range(count):
        name, kind = chance.choice(list(colors)), chance.choice(["lying", "standing"])
        at, color = (
            chance.randrange(7),
            [c + chance.randint(-20, 20) for c in colors[name]],
        )
        made = [[[255, 255, 255] for _ in range(8)] for _ in range(8)]
        for along in range(8):
            for across in (at, at + 1):
                y, x = (across, along) if kind == "lying" else (along, across)
                made[y][x] = color
        rows.append((made, f"a {name} bar , {kind}"))
    return rows


def written(path: Path, rows: list[Row], *headers: str) -> str:
    """A table of rows; one of lines of JSON where cells are lists of numbers."""
    if any(isinstance(cell, list) for row in rows for cell in row):
        path = path.with_suffix(".jsonl")
        lines = [json.dumps(dict(zip(headers, row, strict=True))) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return str(path)
