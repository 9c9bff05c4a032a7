"""English words that do not follow the rules: verbs, nouns and adjectives.

    go      went        gone            base, past, participle
    child   children                    singular, plural
    good    better      best            plain, comparative, superlative

Two spellings stand with a bar between them, the usual one first. What is known here is
all that the rules of word_endings.py cannot know; nothing else belongs in it.
"""

_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne|born; beat beat beaten|beat;
become became become; begin began begun; bend bent bent; bet bet bet; bid bid bid;
bind bound bound; bite bit bitten; bleed bled bled; blow blew blown;
break broke broken; breed bred bred; bring brought brought;
broadcast broadcast broadcast; build built built; burn burned|burnt burned|burnt;
burst burst burst; buy bought bought; cast cast cast; catch caught caught;
choose chose chosen; cling clung clung; come came come; cost cost cost;
creep crept crept; cut cut cut; deal dealt dealt; dig dug dug; do did done;
draw drew drawn; dream dreamed|dreamt dreamed|dreamt; drink drank drunk;
drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt;
fight fought fought; find found found; flee fled fled; fling flung flung;
fly flew flown; forbid forbade forbidden; forecast forecast forecast;
foresee foresaw foreseen; forget forgot forgotten; forgive forgave forgiven;
freeze froze frozen; get got gotten|got; give gave given; go went gone;
grind ground ground; grow grew grown; hang hung hung; have had had;
hear heard heard; hide hid hidden; hit hit hit; hold held held; hurt hurt hurt;
keep kept kept; kneel knelt knelt; know knew known; lay laid laid; lead led led;
lean leaned|leant leaned|leant; leap leaped|leapt leaped|leapt;
learn learned|learnt learned|learnt; leave left left; lend lent lent; let let let;
lie lay lain; light lit|lighted lit|lighted; lose lost lost; make made made;
mean meant meant; meet met met; mislead misled misled; mistake mistook mistaken;
misunderstand misunderstood misunderstood; mow mowed mown; outdo outdid outdone;
overcome overcame overcome; overhear overheard overheard; oversee oversaw overseen;
oversleep overslept overslept; overtake overtook overtaken;
overthrow overthrew overthrown; pay paid paid; prove proved proven|proved;
put put put; quit quit quit; read read read; rebuild rebuilt rebuilt;
repay repaid repaid; rewrite rewrote rewritten; rid rid rid; ride rode ridden;
ring rang rung; rise rose risen; run ran run; say said said; see saw seen;
seek sought sought; sell sold sold; send sent sent; set set set; sew sewed sewn;
shake shook shaken; shed shed shed; shine shone|shined shone|shined;
shoot shot shot; show showed shown; shrink shrank shrunk; shut shut shut;
sing sang sung; sink sank sunk; sit sat sat; slay slew slain; sleep slept slept;
slide slid slid; sling slung slung; slit slit slit;
smell smelled|smelt smelled|smelt; sneak sneaked|snuck sneaked|snuck;
sow sowed sown; speak spoke spoken; speed sped sped;
spell spelled|spelt spelled|spelt; spend spent spent;
spill spilled|spilt spilled|spilt; spin spun spun; spit spat spat;
split split split; spoil spoiled|spoilt spoiled|spoilt; spread spread spread;
spring sprang sprung; stand stood stood; steal stole stolen; stick stuck stuck;
sting stung stung; stink stank stunk; strike struck struck; string strung strung;
strive strove striven; swear swore sworn; sweep swept swept; swell swelled swollen;
swim swam swum; swing swung swung; take took taken; teach taught taught;
tear tore torn; tell told told; think thought thought; throw threw thrown;
thrust thrust thrust; tread trod trodden; undergo underwent undergone;
understand understood understood; undertake undertook undertaken; undo undid undone;
uphold upheld upheld; upset upset upset; wake woke woken; wear wore worn;
weave wove woven; weep wept wept; win won won; wind wound wound;
withdraw withdrew withdrawn; withhold withheld withheld;
withstand withstood withstood; wring wrung wrung; write wrote written
"""
_NOUNS = """
man men; woman women; child children; person people; foot feet; tooth teeth;
goose geese; mouse mice; louse lice; ox oxen; die dice; penny pennies; life lives;
wife wives; knife knives; midwife midwives; leaf leaves; half halves; self selves;
shelf shelves; elf elves; wolf wolves; thief thieves; loaf loaves; calf calves;
scarf scarves; hoof hooves; potato potatoes; tomato tomatoes; hero heroes;
echo echoes; veto vetoes; torpedo torpedoes; mosquito mosquitoes; volcano volcanoes;
embargo embargoes; tornado tornadoes; sheep sheep; deer deer; fish fish;
series series; species species; aircraft aircraft; salmon salmon;
offspring offspring; crisis crises; analysis analyses; basis bases; thesis theses;
hypothesis hypotheses; oasis oases; diagnosis diagnoses; emphasis emphases;
synthesis syntheses; axis axes; phenomenon phenomena; criterion criteria;
medium media; bacterium bacteria; curriculum curricula; stimulus stimuli;
nucleus nuclei; cactus cacti; fungus fungi; radius radii; alumnus alumni;
appendix appendices; index indices|indexes; matrix matrices; vertex vertices;
quiz quizzes; bus buses; gas gases; lens lenses; passerby passersby
"""
_ADJECTIVES = """
good better best; well better best; bad worse worst;
far farther|further farthest|furthest; little less least; many more most;
much more most
"""
BE = {
    "base": "be",
    "third": "is",
    "ing": "being",
    "past": "was",
    "participle": "been",
}
"""The verb with more forms than any other; am, are and were have no name."""

Rows = dict[str, tuple[tuple[str, ...], ...]]


def _rows(table: str) -> Rows:
    """The plain word of each row, and its further forms with their spellings."""
    found: Rows = {}
    for row in table.split(";"):
        plain, *others = row.split()
        found[plain] = tuple(tuple(other.split("|")) for other in others)
    return found


def _plain_of(rows: Rows, column: int) -> dict[str, str]:
    """From a further form back to the plain word; the first row that has it wins."""
    found: dict[str, str] = {}
    for plain, others in rows.items():
        for spelling in others[column]:
            found.setdefault(spelling, plain)
    return found


VERBS = _rows(_VERBS)
"""Base to (past, participle)."""
NOUNS = _rows(_NOUNS)
"""Singular to (plural,)."""
ADJECTIVES = _rows(_ADJECTIVES)
"""Plain to (comparative, superlative)."""

BASE_OF = {
    **_plain_of(VERBS, 1),
    **_plain_of(VERBS, 0),
    **dict.fromkeys(("am", "is", "are", "was", "were", "been", "being"), "be"),
    "has": "have",
    "does": "do",
}
SINGULAR_OF = _plain_of(NOUNS, 0)
COMPARATIVE_OF = _plain_of(ADJECTIVES, 0)
SUPERLATIVE_OF = _plain_of(ADJECTIVES, 1)
