"""Pages on which lists of several makes stand together, or cards say much beside their headlines."""

from collections.abc import Callable

from tests.collect.sections.site import Section, document, each, section, stories


def leads_that_link() -> Section:
    """Headline and lead are a link each, in boxes that are alike."""
    site = "https://health.example"
    listed = stories(site + "/nutrition/{slug}", 7)
    cards = each(
        listed,
        '<li class="css-1ib8oek"><a class="css-1d" href="{path}"><span style="width:100px"></span></a><div class="css-2r"><a class='
        '"css-5" href="{path}">{title}</a><a class="css-21" href="{path}">{lead} {lead}</a><div class="css-by">By {author}</div></div>'
        "</li>",
    )
    body = f"<div><h2>Health news</h2><ul>{cards}</ul></div>"
    return section(f"{site}/nutrition", listed, document(body), shows="author")


def custom_elements() -> Section:
    """Components for cards, the headline in a slot."""
    site = "https://parts.example"
    listed = stories(site + "/r/harbour/comments/1x{n}yz/{slug}/", 7)
    cards = each(
        listed,
        '<shreddit-post permalink="{path}"><a slot="full-post-link" href="{path}" target="_self"><faceplate-screen-reader-content>{title}'
        '</faceplate-screen-reader-content></a><div slot="credit-bar"><faceplate-hovercard><a href="/user/{writer}/">u/{writer}</a>'
        '</faceplate-hovercard><faceplate-timeago ts="{iso}"><time datetime="{iso}">3 hr. ago</time></faceplate-timeago></div><a slot="title" '
        'id="post-title-t3_{n}" href="{path}" class="block font-semibold">{title}</a><div slot="text-body">{lead}</div></shreddit-post><hr>',
    )
    return section(f"{site}/r/harbour/", listed, document(f"<div id='main-content'>{cards}</div>"), shows="date")


def two_in_a_row() -> Section:
    """A table with two articles in each of its rows."""
    site = "https://pairs.example"
    listed = stories(site + "/artikel/{slug}", 8)
    cell = (
        '<td valign="top"><a href="{path}"><img src="x.jpg"></a><br><a href="{path}"><b>{title}</b></a><br>{lead}</td>'
    )
    rows = "".join(f"<tr>{each(listed[n : n + 2], cell)}</tr>" for n in range(0, 8, 2))
    menu = "".join(f"<a href='/{name}'>{name}</a> | " for name in ("politik", "sport", "kultur"))
    return section(f"{site}/", listed, document(f"<div>{menu}</div><table>{rows}</table>"))


def bullets_below_a_hero() -> Section:
    """A hero with three more of the same story under it, then cards."""
    site = "https://lead.example"
    hero, bullets, rest = (
        stories(site + "/news/{slug}-{n}00123", 1),
        stories(site + "/news/{slug}-{n}00123", 3, start=1),
        stories(site + "/news/{slug}-{n}00123", 6, start=4),
    )
    body = (
        "<main><div class='hero'>"
        + each(hero, "<h2><a href='{path}'>{title}</a></h2><p>{lead}</p>")
        + "<ul class='more'>"
        + each(bullets, "<li><a href='{path}'>{title}</a></li>")
        + "</ul></div><div class='grid'>"
        + each(rest, "<div class='item'><h3><a href='{path}'>{title}</a></h3><p>{lead}</p><span>{day}</span></div>")
        + "</div></main>"
    )
    return section(f"{site}/", [*hero, *bullets, *rest], document(body))


def slides_and_lists() -> Section:
    """Slides of which all but one are hidden from those who do not see, a grid, and a list by the editors."""
    site = "https://slides.example"
    slides, grid, picks = (
        stories(site + "/{y}/{m}/{slug}", 4),
        stories(site + "/{y}/{m}/{slug}", 6, start=4),
        stories(site + "/{y}/{m}/{slug}", 4, start=10),
    )
    body = (
        "<div class='carousel'>"
        + each(
            slides,
            "<div class='slide' aria-hidden='true'><a href='{path}'><img src='x' alt=''><h2>{title}</h2></a></div>",
        )
        + "</div><div class='grid'>"
        + each(
            grid,
            "<article><a href='{path}'><img src='x' alt=''></a><h3><a href='{path}'>{title}</a></h3><time datetime='{date}'>{day}</time></article>",
        )
        + "</div><div class='picks'><h4>By the editors</h4>"
        + each(picks, "<div class='pick'><h5><a href='{path}'>{title}</a></h5></div>")
        + "</div>"
    )
    return section(f"{site}/", [*slides, *grid, *picks], document(body))


def minutes_and_labels() -> Section:
    """Short labels around every headline: reading time, kind, a lock, a button to keep it."""
    site = "https://labels.example"
    listed = stories(site + "/read/{slug}", 6)
    cards = each(
        listed,
        '<div class="tile"><a class="tile__link" href="{path}"><span class="tile__type">Analysis</span><span class="tile__lock">For members</span>'
        '<span class="tile__name">{title}</span><span class="tile__time">6 min read</span></a><button>Keep</button></div>',
    )
    return section(
        f"{site}/read",
        listed,
        document(
            f"<section>{cards}</section><section class='join'><a href='/join-us-and-read-more'>Join</a></section>"
        ),
    )


def greek_and_long() -> Section:
    """Long headlines in Greek, addresses of one number, months in words."""
    site = "https://limani.example"
    titles = (
        "Ο γερανός σήκωσε για πρώτη φορά ολόκληρο το κύτος",
        "Τα πλοία ξεκινούν πάλι μετά τον παγετό",
        "Παλιοί χάρτες κάτω από το τελωνείο",
        "Οι ψαράδες ψηφίζουν για τον νέο μόλο",
    )
    listed = stories(site + "/article/56{n}1234", 4, titles=titles)
    cards = each(
        listed,
        "<div class='wrap'><div class='img'><a href='{path}'><img src='x'></a></div><div class='ttl'><a href='{path}'>{title}</a></div><div class='dt'>18 Νοεμβρίου 2026</div></div>",
    )
    return section(f"{site}/news", listed, document(cards, lang="el"))


def events_beside_news() -> Section:
    """A parish: news in the middle, dates of events in a column that is like it."""
    site = "https://town.example"
    listed, events = stories(site + "/news/{slug}", 5), stories(site + "/events/{slug}", 4, start=15)
    body = (
        "<div id='l'><h2>News</h2>"
        + each(listed, "<div class='n'><h3><a href='{path}'>{title}</a></h3><div>{day}</div><p>{lead}</p></div>")
        + "</div><div id='r'><h2>Events</h2>"
        + each(events, "<div class='e'><span>{day}</span> <a href='{path}'>{title}</a></div>")
        + "</div>"
    )
    return section(f"{site}/news", listed, document(body), shows="date", either=events)


def _few(count: int, markup: str) -> Section:
    site = "https://young.example"
    listed = stories(site + "/notes/{slug}", count)
    frame = "<header><nav><a href='/a-word-about-us-all'>About</a></nav></header><main><h1>Ice</h1><div>{}</div></main>"
    end = "<footer><a href='/the-terms-of-use-here'>Terms</a></footer>"
    return section(f"{site}/category/ice", listed, document(frame.format(each(listed, markup)) + end), shows="date")


def first_of_a_category() -> Section:
    """A category with a single article."""
    return _few(
        1, "<article><h2><a href='{path}'>{title}</a></h2><time datetime='{date}'>{day}</time><p>{lead}</p></article>"
    )


def two_lines_of_a_category() -> Section:
    """A category with two articles, each a line."""
    return _few(2, "<li><a href='{path}'>{title}</a> <span>{day}</span></li>")


def ads_among_the_news() -> Section:
    """Cards that were paid for, built like the others, that lead elsewhere."""
    site = "https://paid.example"
    listed = stories(site + "/news/{slug}", 8)
    card = (
        "<article><a href='{url}'><img src='x' alt=''></a><h3><a href='{url}'>{title}</a></h3><p>{lead}</p></article>"
    )
    paid = stories("https://shop{n}.example/a-boat-for-you-and-yours-{n}", 2)
    cards = each(listed[:3], card) + each(paid[:1], card) + each(listed[3:], card) + each(paid[1:], card)
    return section(f"{site}/news", listed, document(f"<main>{cards}</main>"))


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        leads_that_link,
        custom_elements,
        two_in_a_row,
        bullets_below_a_hero,
        slides_and_lists,
        minutes_and_labels,
        greek_and_long,
        events_beside_news,
        first_of_a_category,
        two_lines_of_a_category,
        ads_among_the_news,
    )
}
