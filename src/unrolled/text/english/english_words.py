"""English words by what they do in a sentence: lists of facts, no statistics.

Closed classes are given whole or nearly so. Of the open classes there are only the
members that rules of form alone would take for something else.
"""


def word_set(text: str) -> frozenset[str]:
    """The words of a text with blanks between them."""
    return frozenset(text.split())


ARTICLES = word_set("a an the")
MODALS = word_set("can could may might must shall should will would ca wo sha cannot")
PREPOSITIONS = word_set(
    "about above across after against along among around as at before behind below"
    " beneath beside besides between beyond by despite down during except for from in"
    " inside into like near of off on onto out outside over past per since through"
    " throughout till to toward towards under underneath until up upon via with within"
    " without"
)
PRONOUNS = word_set(
    "i me my mine myself you your yours yourself yourselves he him his himself she"
    " her hers herself it its itself we us our ours ourselves they them their theirs"
    " themselves one who whom whose which what that this these those someone somebody"
    " something anyone anybody anything everyone everybody everything nobody nothing"
    " none each other another both all any some every either neither such"
)
JOINING = word_set(
    "and or but nor so yet if because although though while whereas when where why"
    " how whether unless once than then also too very not n't never ever always often"
    " perhaps maybe here there now just only even quite rather soon still already"
    " again almost yes no ok okay oh please hello thanks afterwards sometimes nowadays"
    " however therefore thus hence else instead indeed hundred ,"
)
NUMBERS = word_set(
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty"
    " fifty sixty seventy eighty ninety thousand million"
)
CLITICS = word_set("'s 're 've 'll 'd 'm n't 's '")
CLOSED = (
    ARTICLES | MODALS | PREPOSITIONS | PRONOUNS | JOINING | NUMBERS | CLITICS
) - word_set(
    "like past near down out up one like hundred thousand million please thanks"
)
"""Words that do not change their form."""

UNCOUNTABLE = word_set(
    "advice baggage behavior bread clothing equipment evidence fun furniture garbage"
    " happiness health homework housework information knowledge luck luggage machinery"
    " mail music money news pollution progress research rice software traffic"
    " transportation trash travel violence water weather wildlife"
)
"""Nouns that learners like to put in the plural, and that have none."""

LOOKS_INFLECTED = word_set(
    "news lens always perhaps besides series species physics mathematics economics"
    " politics athletics electronics gymnastics ethics sometimes afterwards towards"
    " christmas thus plus across yes gas bus pants jeans scissors glasses clothes bed"
    " red need feed seed speed weed indeed shed sled hundred kindred sacred naked"
    " wicked embed bleed breed exceed proceed succeed deed greed reed steed thing king"
    " ring wing sing bring spring string swing sting cling fling sling during morning"
    " evening ceiling nothing something anything everything wedding pudding sibling"
    " darling sterling bing ping ming beijing shilling herring"
)
"""Words that end like an -s, -ed or -ing form and are none."""

GRADABLE = word_set(
    "angry big black bold brave brief bright broad busy calm cheap clean clear clever"
    " close cloudy cold cool crazy cruel cute dark deep dense dirty dry dull dumb"
    " early easy empty fair fast fat few fierce fine firm flat fresh friendly full"
    " funny gentle grand grave great green happy hard harsh healthy heavy high hot"
    " huge humble hungry kind large late lazy light likely lonely long loose loud"
    " lovely low lucky mad mean messy mild narrow nasty near neat new nice noble noisy"
    " odd old pale plain pleasant polite poor pretty proud pure quick quiet rare raw"
    " red rich ripe risky rough rude sad safe scary shallow sharp short shy sick silly"
    " simple slim slow small smart smooth soft sore soon spicy steep stiff strange"
    " strict strong stupid sunny sure sweet tall tasty thick thin thirsty tidy tight"
    " tiny tired tough true ugly warm wealthy weak weird wet white wide wild windy"
    " wise worthy young"
)
"""Adjectives and adverbs that compare with -er and -est."""

USUAL_VERBS = word_set(
    "accept achieve act add admire admit affect agree allow answer appear apply argue"
    " arrive ask attack attend avoid base believe belong borrow breathe call carry"
    " cause change claim clean close collect compare complain complete concern"
    " consider contain continue contribute cook copy correct count create cross cry"
    " dance decide decrease depend describe deserve destroy develop die disagree"
    " disappear discover discuss earn encourage enjoy enter escape examine exist"
    " expect explain express fail fill finish fix focus follow force happen hate help"
    " hope identify imagine improve include increase influence inform introduce invite"
    " involve jump kill laugh like listen live look love manage marry matter mention"
    " miss move need notice obtain occur offer open own pass perform pick play prefer"
    " prepare prevent produce promise protect provide pull push raise reach realize"
    " receive recommend reduce refer refuse relate relax remain remember remove repeat"
    " replace reply require respect return save seem serve share smile smoke solve"
    " start stay stop study suffer suggest support suppose surprise survive talk taste"
    " tend thank tie touch train travel treat try turn understand use visit wait walk"
    " want warn wash waste watch wish wonder work worry"
)
"""Regular verbs whose form in -s is more often a verb's than a noun's."""
