"""Word lists: what a sentence opens with when it leans on the one before it, and words that carry no meaning."""


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


LEANING: dict[str, frozenset[str]] = {
    "en": _words(
        "he she it they him his her hers its their them this that these those such he's she's it's they're that's "
        "there's he'd she'd they'd he'll she'll they'll they've we we're we've our i i'm i've my you your but and or "
        "nor so yet then however therefore thus hence moreover furthermore besides also instead meanwhile otherwise "
        "nevertheless nonetheless still likewise similarly consequently accordingly afterwards both neither another "
        "others here there because"
    ),
    "de": _words(
        "er sie es ihm ihn ihr ihre ihren ihrem seine seinen seiner sein dieser diese dieses diesen diesem dies jene "
        "und oder aber doch denn sondern jedoch deshalb deswegen daher darum dennoch trotzdem außerdem zudem auch "
        "dabei dazu dafür dagegen danach dann damit hier dort so wir ich"
    ),
    "fr": _words(
        "il elle ils elles ce cet cette ces cela ça celui celle ceux celles son sa ses leur leurs lui mais et ou donc "
        "ni car cependant pourtant toutefois ainsi alors puis ensuite enfin aussi néanmoins nous je c'est"
    ),
    "es": _words(
        "él ella ellos ellas ello esta esto estos estas ese esa eso esos esas aquel aquella su sus pero y e o ni sino "
        "además también así entonces luego después mientras asimismo ahí allí yo nosotros"
    ),
    "pt": _words(
        "ele ela eles elas isso isto esta estes estas esse essa esses essas aquele aquela seu sua seus suas mas e ou "
        "nem porém contudo todavia portanto assim então depois também além aí ali eu nós"
    ),
    "it": _words(
        "lui lei egli ella esso essa essi loro questo questa questi queste quello quella quelli suo sua suoi ma e ed "
        "o oppure però tuttavia quindi dunque così allora poi inoltre anche infatti invece io noi"
    ),
    "nl": _words(
        "hij zij ze hem haar hun hen dit dat deze en of maar want dus echter daarom daardoor bovendien ook toch toen "
        "daarna dan hier daar wij ik"
    ),
}
"""By language, in lower case: pronouns, and connectives that need something to connect to."""

STOP_WORDS = _words(
    "a about after again all also an and another any are as at be because been before being between both but by can "
    "could did do does doing during each even every few first for from further get go had has have having he her here "
    "him his how i if in into is it its itself just last like made make many may me more most much must my new no not "
    "now of off on once one only or other our out over own said same say says she should since so some such than that "
    "the their them then there these they this those three through to told too two under until up us very was we well "
    "were what when where which while who whom whose why will with would year years yet you your mr mrs ms s t"
)
"""English words that say nothing of the subject."""

NUMBER_WORDS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        ).split()
    )
} | {
    word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
"""English words, by which numbers up to ninety-nine are made."""

ORDINAL_WORDS: dict[str, int] = {
    word: number
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}

SCALES: dict[str, dict[str, int]] = {
    "en": {
        "thousand": 3,
        "million": 6,
        "millions": 6,
        "billion": 9,
        "billions": 9,
        "trillion": 12,
        "lakh": 5,
        "crore": 7,
    },
    "de": {"tausend": 3, "mio": 6, "millionen": 6, "mrd": 9, "milliarde": 9, "milliarden": 9, "billionen": 12},
    "fr": {"mille": 3, "milliard": 9, "milliards": 9, "billions": 12},
    "es": {"mil": 3, "millón": 6, "millones": 6, "billones": 12},
    "pt": {"mil": 3, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9},
    "it": {"mila": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9},
    "nl": {"duizend": 3, "miljoen": 6, "miljard": 9},
}
"""By language: words that multiply the number before them, and by which power of ten."""
