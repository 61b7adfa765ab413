"""Flavour words: the English words by which numbers are read and by which it is judged what they count."""

from collections.abc import Mapping


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# ---- numbers ---------------------------------------------------------------------------------------------------------

SMALL = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
ADDED = {word: n for n, word in enumerate(SMALL)} | {word: 20 + 10 * n for n, word in enumerate(TENS)}
SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9}
GROUPS = {"dozen": 12, "score": 20}
ALONE = {"both": 2, "pair": 2, "couple": 2, "duo": 2, "trio": 3, "single": 1, "sole": 1, "lone": 1}
WEAK = ("one", "single", "sole", "lone")
"""Words for one that as often mean nothing of the kind: no one, the last one."""

OTHERS = frozenset(
    _listed(
        "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth "
        "eightieth ninetieth hundredth thousandth half halves thirds quarters pairs couples dozens scores hundreds "
        "thousands millions billions twice thrice double triple twofold threefold fourfold tenfold hundredfold "
        "threescore fourscore"
    )
)
"""Words that mean numbers, but no whole ones that count."""

# ---- what numbers count ----------------------------------------------------------------------------------------------

STOPS = frozenset(
    _listed(
        "and or nor but then plus of with without from for to into in on at by near beside beyond behind against "
        "the a an this that these those my your his her its our their all each every some any no"
    )
)
"""Words that end a search backwards for the number of a thing."""

DETERMINERS = frozenset(_listed("the this that these those my your his her its our their all"))

PARTS = frozenset(_listed("some most many any few several part parts piece pieces share rest either neither number"))
"""What before `of` says that not the whole of a thing is meant."""

ABOUT = frozenset(
    _listed(
        "least most than about nearly almost around roughly over under another other more less fewer extra every "
        "further additional except but only first next"
    )
)
"""What before a number, or between it and its thing, makes it another number."""

NOT_THE_ONE = ABOUT | frozenset(_listed("no any some each several many"))
"""What before a thing says that it is not the one there is."""

MEASURES: Mapping[str, frozenset[str]] = {
    "weight": frozenset(_listed("weight weights weigh weighs weighing weighed heavy heft")),
    "value": frozenset(_listed("value values valued worth price priced prices fetch fetches cost costs")),
}
"""The numbers of an item, each with the words that it must stand beside."""

JOINING = frozenset(_listed("and but or while yet"))
"""Words that part what is said of one number from what is said of the next."""
