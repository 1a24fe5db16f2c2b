"""Recognises pages that stand in front of an article, or where one used to be: they must not be taken for it."""

import re

# Each is told by its title or by what it says; a long text is an article that talks about such things.
_WALLS = (
    (
        "a consent wall stands before the article",
        re.compile(
            r"before you continue|(cookie|privacy) (consent|settings|preferences)|we value your privacy"
            r"|your privacy choices"
            r"|consent (required|management)|datenschutz-?einstellungen|accept cookies to continue",
            re.I,
        ),
        re.compile(
            r"we (and our partners|value your privacy)|store and/or access information on a device|accept all cookies"
            r"|legitimate interest|wir und unsere partner|nous et nos partenaires",
            re.I,
        ),
    ),
    (
        "the site asks for proof that a person reads it (CAPTCHA)",
        re.compile(
            r"just a moment|attention required|are you (a )?(human|robot)|robot check|captcha|access denied|"
            r"security check|pardon our interruption|please verify|ddos protection|bot verification",
            re.I,
        ),
        re.compile(
            r"captcha|verify(ing)? (that )?you are (a )?human|checking (if the site connection is secure|your browser)"
            r"|unusual traffic|ray id|enable javascript and cookies to continue|not a robot|press (and|&) hold",
            re.I,
        ),
    ),
    (
        "the page says that the article is not there (soft 404)",
        re.compile(
            r"^\W*(error\s*)?404\b|\b404 (not found|error)|(page|article|story|content|document) "
            r"(was |is |could |can )?(not|no longer|cannot|n't) ?(be )?(found|available|exist)"
            r"|page not found|not found$|seite nicht gefunden"
            r"|page (introuvable|non trouvée)|página no encontrada|oops",
            re.I,
        ),
        re.compile(
            r"(page|article|story|content|link) you('re| are|'ve| have)? (were |been )?(looking for|requested|followed)"
            r"|(can(no|')t|could(n't| not)|unable to) find (that|the|this) (page|article)|does(n't| not) exist"
            r"|has been (removed|moved or deleted|deleted)|no longer (available|exists)|broken link",
            re.I,
        ),
    ),
    (
        "a paywall stands before the article",
        re.compile(r"subscri(be|ption|bers)|members only|paywall|abonn|suscri|assinante", re.I),
        re.compile(
            r"(subscribe|sign (in|up)|log ?in|register|join)\b[^.]{0,60}\bto (continue|keep|go on|unlock|read|access)"
            r"|(article|story|content|post) is (only |exclusively )?(available |reserved |open )?(for|to) (\w+ )?"
            r"(subscribers|members)|already (a |have a )?(subscri|member)|(continue|keep) reading with a"
            r"|réservé (aux|à nos) abonné|(nur|exklusiv) für abonnent|weiterlesen mit|solo para suscriptores"
            r"|exclusivo para assinantes",
            re.I,
        ),
    ),
    (
        "the site answers with an error",
        re.compile(
            r"^\W*(error\s*)?(40[013]|50\d)\b|\bforbidden|bad gateway|service (temporarily )?unavailable"
            r"|(internal )?server error|(under|site) maintenance|be right back",
            re.I,
        ),
        re.compile(
            r"forbidden|don('|’)?t have permission|temporarily (unavailable|down|offline)|bad gateway"
            r"|(under|scheduled) maintenance|internal server error|try again (later|in a (few|moment))",
            re.I,
        ),
    ),
    (
        "the page shows nothing without JavaScript",
        re.compile(r"^(loading|please wait)", re.I),
        re.compile(
            r"(enable|turn on|requires?|need to enable|without) javascript|javascript (is|has been) (disabled|required)"
            r"|doesn't work (properly )?without javascript|activate javascript|javascript aktivieren",
            re.I,
        ),
    ),
)
_WALL_WORDS = 180  # a wall is short


def wall_reason(title: str, text: str, words: int) -> str | None:
    """Why this page is no article, or None. `text` is all that could be extracted, `words` its length."""
    if words > _WALL_WORDS:
        return None
    for reason, named, says in _WALLS:
        by_name, by_words = named.search(title), says.search(text)
        if (by_words and (by_name or words < _WALL_WORDS / 3)) or (by_name and words < _WALL_WORDS / 6):
            return reason
    return None
