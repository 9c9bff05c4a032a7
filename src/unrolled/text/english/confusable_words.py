"""English words that are taken for each other: lists of facts, in three parts.

    SETS            what is written for a word: than for then, advice for advise
    PREPOSITIONS    what is written for a preposition, with weights
    PRONOUNS        what is written for a pronoun

Rows of SETS are words that sound alike, words of like meaning, and words of one family
that belong to different parts of speech; each may be written for each.
"""

from collections import defaultdict

_SOUND_ALIKE = """
then than; to too; two too; affect effect; loose lose lost; advice advise; accept except
quite quiet; weather whether; were where; of off; hear here; know now no; knew new
right write; buy by; passed past; piece peace; brake break; principal principle
desert dessert; clothes cloths; breath breathe; choose chose; lead led; lay lie; sit set
rise raise; live leave; live life; feel fill; fell feel; think thing; threw through
though thought through tough; sea see; son sun; week weak; wait weight
wear where; hole whole; heal health; device devise; practice practise; believe belief
prove proof; diary dairy; angel angle; witch which; with which; form from; safe save
as us; as has; if of; that than
there their; for four; some same; hard heard; meet meat
read red; road rode; sail sale; steal steel; tail tale; wood would; good could
hour our; flour flower; bare bear; dear deer; fair fare; hair hear; heir air; mail male
main man; plain plane; pray play; price prize; root route; role roll; scene seen
sight site; stair stare; there three; tired tried; wander wonder; ware war
work word; world word; walk work; want went; who how; sheep ship
leave life; bad bed; bath bathe; bed bet; cost coast; color collar; cook cock; fun funny
food foot; full fool; hat hate; high hight; hope hop; house horse; lack luck; last least
law low; lunch launch; many money; moral morale; pet pat; pool pull
quickly quietly; sink think; sing thing; snack snake; soup soap; staff stuff; stop step
street straight; suit suite; thank think; thin then; thorough through; tree three
trial trail; vary very; wide white; wish which; wound would; yet jet; your you
"""
_MEAN_ALIKE = """
say tell; speak talk tell; do make; look see watch; hear listen; learn teach
borrow lend; rob steal; become get; remember remind; win beat; bring take; come go
much many; few little; fewer less; some any; so such; very too
also too; like as; since for; during while; between among; beside besides; if whether
must should; can could; will would; may might; if when; what that
who which; which that; each every; other another; others other
still yet; already yet; ago before; after later
most almost; first firstly; hard hardly; late lately; near nearly; big great; tall high
small little; fast quick; ill sick; job work; house home; travel trip; people persons
reach arrive; let make; allow let; find look; keep continue; meet know; spend waste
join attend; grow increase; reduce decrease; improve increase; use spend; take spend
chance opportunity; experience experiment; sensible sensitive; actual current
actually currently; nowadays now; finally last; lastly finally; maybe may; alone lonely
asleep sleep; afraid fear; alive live; economic economical; historic historical
"""
_FAMILIES = """
interested interesting; bored boring; excited exciting; surprised surprising
tired tiring; confused confusing; amazed amazing; disappointed disappointing
satisfied satisfying; frightened frightening; shocked shocking; relaxed relaxing
worried worrying; embarrassed embarrassing; pleased pleasing pleasant; annoyed annoying
die dead death; lose loss; succeed success successful; different difference differ
important importance; confident confidence; patient patience; convenient convenience
independent independence; intelligent intelligence; silent silence; absent absence
violent violence; dangerous danger; famous fame; healthy health; wealthy wealth
noisy noise; lucky luck; angry anger; hungry hunger; beautiful beauty; careful care
useful use; helpful help; scientific science; scientist science; economic economy
political politics; natural nature; cultural culture; traditional tradition
educational education; educate education; musical music; national nation
personal person; comfortable comfort; reasonable reason; valuable value; able ability
possible possibility; responsible responsibility; free freedom; true truth
strong strength; long length; high height; warm warmth; deep depth; wide width
young youth; grow growth; choose choice; decide decision; explain explanation
invent invention; pollute pollution; produce product production
develop development; improve improvement; move movement; advertise advertisement
agree agreement; argue argument; arrive arrival; refuse refusal; describe description
solve solution; think thought; sell sale; give gift; know knowledge; weigh weight
marry marriage; behave behavior; fail failure; please pleasure; serve service
depend dependent; attract attractive attraction; create creative; compete competition
foreign foreigner; communicate communication; inform information; imagine imagination
invite invitation; prepare preparation; protect protection; pronounce pronunciation
suggest suggestion; translate translation; discuss discussion; conclude conclusion
complain complaint; analyze analysis; lecture lecturer; religion religious
tradition traditionally; main mainly; mental mentally; full fully; special specially
"""

_ONE_WAY = """
these this; those that; this these; is has; was has; were was; am was; at to; be been
been be; being been; they the; then when; or of; and an; not no; no not; me my
"""

PREPOSITIONS: dict[str, dict[str, float]] = {
    "in": {
        "on": 3,
        "at": 2.5,
        "of": 1,
        "for": 0.5,
        "into": 0.6,
        "to": 0.5,
        "with": 0.2,
    },
    "on": {"in": 3, "at": 1, "of": 0.7, "for": 0.7, "to": 0.5, "about": 0.5},
    "at": {"in": 3, "on": 1, "to": 0.7},
    "of": {
        "in": 1,
        "for": 1,
        "from": 1,
        "about": 0.5,
        "on": 0.5,
        "with": 0.3,
        "to": 0.3,
    },
    "for": {"to": 3, "of": 1.5, "in": 1, "from": 0.5, "about": 0.5, "since": 0.5},
    "to": {"for": 3, "in": 1, "at": 1, "on": 0.5, "with": 0.5, "of": 0.5},
    "from": {"of": 2, "in": 1, "for": 0.7, "since": 0.7, "by": 0.5, "to": 0.5},
    "with": {"by": 1.5, "to": 1, "for": 0.7, "in": 0.7, "of": 0.7, "from": 0.3},
    "by": {"with": 2, "from": 1, "in": 1, "for": 0.7, "of": 0.7, "on": 0.5},
    "about": {"of": 1.5, "for": 1, "on": 1, "to": 0.5},
    "into": {"in": 3, "to": 1},
    "onto": {"on": 1},
    "since": {"from": 2, "for": 2},
    "during": {"for": 1, "in": 1, "while": 1},
    "until": {"to": 1, "till": 1, "by": 1},
    "between": {"among": 1, "in": 1, "of": 0.5},
    "among": {"between": 1, "in": 0.5, "of": 0.5},
    "through": {"by": 1, "in": 1},
    "over": {"on": 1, "about": 0.5, "above": 0.5},
    "as": {"like": 2, "for": 0.5},
    "like": {"as": 1},
    "against": {"to": 1, "with": 1},
    "toward": {"to": 1},
    "behind": {"after": 1, "back": 1},
    "after": {"behind": 0.5, "later": 0.5},
    "before": {"ago": 0.5},
    "above": {"over": 1, "on": 1},
    "under": {"below": 1, "in": 0.5},
    "without": {"with": 0.3, "not": 0.2},
    "than": {"then": 1, "that": 1, "as": 0.5, "of": 0.5},
}
PRONOUNS: dict[str, str] = {
    "i": "me my",
    "me": "i my",
    "my": "me mine i",
    "mine": "my me",
    "you": "your",
    "your": "you yours you're",
    "yours": "your",
    "he": "him she",
    "him": "he his",
    "his": "him he her their",
    "she": "her he",
    "her": "she his hers",
    "hers": "her",
    "it": "its they he them",
    "its": "it it's their",
    "we": "us our",
    "us": "we our",
    "our": "us we ours",
    "ours": "our",
    "they": "them their there he",
    "them": "they their it",
    "their": "there they them its his",
    "theirs": "their",
    "there": "their they",
    "who": "which whom that",
    "whom": "who",
    "whose": "who's who",
    "which": "that who what",
    "himself": "hisself him herself",
    "herself": "her himself",
    "myself": "me my",
    "themselves": "theirselves them",
    "ourselves": "us ourself",
}


def _sets() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for words in _rows(_SOUND_ALIKE + _MEAN_ALIKE + _FAMILIES):
        for word in words:
            found[word] += [other for other in words if other != word]
    for right, wrong in _rows(_ONE_WAY):
        found[right].append(wrong)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


def _rows(table: str) -> list[list[str]]:
    return [row.split() for row in table.replace("\n", ";").split(";") if row]


SETS = _sets()
"""For each word those that may be written for it."""
