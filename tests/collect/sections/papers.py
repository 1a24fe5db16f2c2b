"""Newspapers and magazines: fronts, sections, and articles that look like them."""

import json
from collections.abc import Callable

from tests.collect.sections.site import Section, document, each, prose, section, stories

_SITE = "https://www.herald.example"


def newspaper_front() -> Section:
    """A hero, rails of headlines, opinion, live coverage; beside them videos, what is read most, offers and ads."""
    at = _SITE + "/{y}/{m}/{d}/harbour/{slug}.html"
    hero, rail, opinion = (
        stories(at, 1),
        stories(at, 8, start=1),
        stories(_SITE + "/{y}/{m}/{d}/opinion/{slug}.html", 3, start=9),
    )
    live = stories(_SITE + "/live/{y}/{m}/{d}/{slug}", 1, start=12)
    videos = stories(_SITE + "/video/harbour/10000000{n}/{slug}.html", 3, start=14)
    body = (
        '<div id="app"><header class="masthead"><a href="/">The Herald</a><ul class="sections">'
        + "".join(
            f"<li><a href='/section/{name}'>{name.title()}</a></li>" for name in ("world", "harbour", "arts", "food")
        )
        + '</ul></header><div class="alert"><a href="/subscribe?campaign=winter">Subscribe for 1 a week, ends soon now</a>'
        '</div><main id="site-content"><section class="story-wrapper hero">'
        + each(
            hero,
            '<a class="css-9mylee" href="{url}"><div><p class="indicate-hover css-vf1hbp">{title}</p></div><p '
            'class="summary-class">{lead}</p></a>',
        )
        + '</section><section class="story-wrapper">'
        + each(live, '<a href="{url}"><span class="live">LIVE</span><p class="indicate-hover">{title}</p></a>')
        + "</section>"
        + each(
            rail,
            '<section class="story-wrapper"><a class="css-9mylee" href="{url}"><div><p class="indicate-hover '
            'css-vf1hbp">{title}</p></div><p class="summary-class">{lead}</p></a><div class="ad"><a href="https://'
            'ads.example/click/{n}?to=a-boat-for-you-and-your-family">A boat for you and your family</a></div>'
            "</section>",
        )
        + '<div class="opinion"><h2><a href="/section/opinion">Opinion</a></h2>'
        + each(
            opinion,
            '<section class="story-wrapper"><a href="{url}"><p class="byline">{author}</p><p class="indicate-'
            'hover">{title}</p></a></section>',
        )
        + '</div><div class="video-rail"><h2>Video</h2>'
        + each(
            videos,
            '<div class="video-card"><a href="{url}"><img src="v.jpg" alt=""><h3>{title}</h3><span>2:14</span></a>'
            "</div>",
        )
        + '</div><div class="newsletter-promo"><h3><a href="/newsletters/the-morning-tide">The Morning Tide, a letter for '
        'early risers</a></h3></div></main><aside class="most-popular"><h2>Most popular</h2><ol>'
        + each([rail[2], rail[4], *stories(at, 3, start=22)], '<li><a href="{url}">{title}</a></li>')
        + '</ol></aside><footer><ul><li><a href="/2026/01/01/info/how-we-work-with-you.html">How we work with you and for '
        "you</a></li></ul></footer></div>"
    )
    return section(f"{_SITE}/", [*hero, *live, *rail, *opinion], document(body, title="The Herald"), either=videos)


def headings_inside_links() -> Section:
    """A section of a broadcaster: cards that are links, ids that say nothing, ages instead of dates."""
    site = "https://www.channel.example"
    listed = stories(site + "/news/articles/c4g8xyz{n}2do", 14)
    top, rest = listed[:1], listed[1:]
    card = (
        '<div data-testid="{kind}-card"><a href="{{path}}" data-testid="internal-link" class="sc-8a623a54-0"><div class="sc-'
        'ba020c0d"><img src="x" alt="A view of the harbour"></div><div><h2 data-testid="card-headline" class="sc-9d83">'
        '{{title}}</h2></div><p data-testid="card-description">{{lead}}</p><div><span data-testid="card-metadata-lastupdated">'
        '3 hrs ago</span><span data-testid="card-metadata-tag">Harbour</span></div></a></div>'
    )
    body = (
        '<div id="__next"><header><div class="bar"><a href="/news">News</a><a href="/sport">Sport</a><a href="/audio">Audio'
        '</a><a href="https://session.channel.example/session?lang=en-gb">Register</a></div><nav><ul><li><a href="/news/war-in-'
        'the-straits">War in the Straits</a></li></ul></nav></header><main id="main-content"><article><section '
        'data-testid="alaska-section-outer"><div>'
        + each(top, card.format(kind="edinburgh"))
        + each(rest, card.format(kind="manchester"))
        + '</div></section><section><h2>Also by us</h2><div><a href="/sounds/play/p0kx{}">Listen</a></div></section></article>'
        '</main><footer><a href="/usingthechannel/terms/">Terms of use of the channel</a></footer></div>'
    )
    return section(f"{site}/news/harbour", listed, document(body, title="Harbour | Channel News"))


def overlay_links_with_labels() -> Section:
    """The link of a card is empty and lies over it; its label is the headline, which stands beside it as text."""
    site = "https://www.guard.example"
    listed = stories(site + "/harbour/2026/nov/18/{slug}", 11)
    cards = each(
        listed,
        '<li class="dcr-1"><div class="dcr-2"><a href="{path}" class="dcr-3" data-link-name="news | group-0 | card-@{n}" '
        'aria-label="{title}"></a><div class="dcr-4"><picture><img src="x" alt=""></picture></div><div class="dcr-5"><h3 '
        'class="card-headline"><div class="dcr-6">Harbour</div><span class="show-underline">{title}</span></h3><div '
        'class="dcr-7"><p>{lead}</p></div><footer><time datetime="{iso}">18 Nov</time><a href="{path}#comments" '
        'class="dcr-8"><span>42</span></a></footer></div></div></li>',
    )
    body = (
        '<header><nav><ul><li><a href="/world">World</a></li></ul></nav></header><main><section id="headlines" '
        f'data-component="headlines"><h2><a href="/harbour/all">Headlines</a></h2><ul>{cards}</ul></section><section><h2>'
        '<a href="/harbour/in-depth">In depth</a></h2></section></main><footer><a href="/help/terms-of-service">Terms and '
        "conditions of this paper</a></footer>"
    )
    return section(f"{site}/harbour", listed, document(body, title="Harbour | The Guard"), shows="date")


def magazine_cards() -> Section:
    """Three links to each article, from a cdn-like address without scheme and with tracking, tags and writers between."""
    site = "https://mag.example"
    listed = stories(site + "/stories/{slug}", 8)
    cards = each(
        listed,
        '<div class="grid__item"><div class="card"><a class="card__img" href="//mag.example{path}?utm_source=home&amp;utm_'
        'medium=img"><img src="x.jpg" alt="A photograph of the quay in winter light"></a><a class="card__kicker" href="/topics'
        '/life-by-the-sea">Life by the sea</a><h4 class="card__title"><a href="{path}?utm_source=home">{title}</a></h4><p '
        'class="card__dek">{lead}</p><p class="card__by">By <a rel="author" href="/contributors/{writer}">{author}</a></p><a '
        'class="card__more" href="{path}?utm_source=home#start">Read the full story now</a></div></div>',
    )
    body = (
        f'<div class="site"><div class="navbar"><a href="/topics/the-sea-and-its-people">The sea and its people</a></div><div '
        f'class="grid">{cards}</div><div class="issue-promo"><h3><a href="/shop/issues/winter-2026">Buy the winter issue of '
        'this magazine</a></h3></div><div class="pager"><a href="/stories?page=2">More stories</a></div></div>'
    )
    return section(f"{site}/stories", listed, document(body, title="Stories"), shows="author",
                   either=stories(site + "/shop/issues/winter-2026", 1))  # fmt: skip


def headings_outside_links() -> Section:
    """The headline is plain text, and the name of the author too; the only link of a card says to read more."""
    site = "https://review.example"
    listed = stories(site + "/essays/{slug}", 6)
    cards = each(
        listed,
        '<article><h3>{title}</h3><p class="meta">{author} | {day}</p><p>{lead}</p><a class="stretched-link" href="{path}">'
        "Read more</a></article>",
    )
    return section(
        f"{site}/essays/", listed, document(f"<main><h1>Essays</h1>{cards}</main>", title="Essays"), shows="date"
    )


def index_of_sections() -> Section:
    """Blocks of sections, each under a link to it with a few of its articles."""
    blocks, listed = "", []
    for number, name in enumerate(("harbour", "fishing", "weather", "culture")):
        some = stories(_SITE + "/" + name + "/{slug}-a{n}123456", 3, start=3 * number)
        listed += some
        blocks += (
            f'<section class="block"><header><h2><a href="/{name}/">{name.title()}</a></h2></header><ul>'
            + each(some, '<li class="teaser"><a href="{path}"><span class="teaser__title">{title}</span></a></li>')
            + f'</ul><a class="all" href="/{name}/">All articles on {name} by the desk</a></section>'
        )
    return section(f"{_SITE}/news/", listed, document(f"<div class='top'></div><div>{blocks}</div>", title="News"))


def german_paper() -> Section:
    """Kickers above the headlines, marks of what is paid for, addresses that end with a number."""
    site = "https://www.hafenblatt.example"
    titles = ("Der Kran hebt zum ersten Mal einen Rumpf", "Fähren fahren wieder nach dem Frost", "Alte Karten im Zollhaus",
              "Schleusenwärter erzählt von vierzig Wintern", "Fischer stimmen über die Mole ab")  # fmt: skip
    listed = stories(site + "/lokales/{slug}-{n}04711.html", 5, titles=titles)
    cards = each(
        listed,
        '<article class="z-teaser"><div class="z-teaser__container"><a class="z-teaser__faux-link" tabindex="-1" aria-hidden='
        '"true" href="{url}"></a><div class="z-teaser__text"><span class="z-teaser__kicker">Hafen</span><h3 class="z-teaser__'
        'heading"><a class="z-teaser__link" href="{url}"><span class="z-teaser__title">{title}</span></a></h3><p>{lead}</p>'
        '<div class="z-teaser__metadata"><span class="z-teaser__byline">Von {author}</span> <time datetime="{iso}">vor 3 '
        'Stunden</time> <a class="z-teaser__commentcount" href="{url}#comments">7 Kommentare</a></div></div></div></article>',
    )
    return section(
        f"{site}/lokales/index",
        listed,
        document(
            '<header><nav><a href="/politik/index">Politik</a></nav></header><main><h1>Lokales</h1>'
            f'{cards}<div class="partner"><h3>Partnerangebote</h3><a href="https://abo.hafenblatt.example/angebot-fuer-neue-'
            'leser-2026">Jetzt vier Wochen gratis lesen und sparen</a></div></main>',
            title="Lokales",
            lang="de",
        ),
        shows="date author",
        either=stories("https://abo.hafenblatt.example/angebot-fuer-neue-leser-2026", 1),
    )


def item_list_beside_cards() -> Section:
    """Structured data names the list; each of its items is a NewsArticle."""
    site = "https://post.example"
    listed = stories(site + "/city/{slug}/", 7)
    data = {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "item": {"@type": "NewsArticle", "url": s.url, "headline": s.title}}
            for n, s in enumerate(listed, 1)
        ],
    }
    cards = each(listed, '<div class="c-card"><a href="{url}" class="c-card__link"><h2>{title}</h2></a><p>{lead} {lead} {lead}'
                         "</p></div>")  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return section(f"{site}/city/", listed, document(f"<main><h1>City</h1>{cards}</main>", head=script, title="City"))


def item_list_alone() -> Section:
    """What is shown comes by script as the reader scrolls; structured data has the list."""
    site = "https://scroll.example"
    listed = stories(site + "/read/{slug}", 12)
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "name": "Latest"},
            {
                "@type": "ItemList",
                "itemListElement": [
                    {"@type": "ListItem", "position": n, "url": s.url, "name": s.title} for n, s in enumerate(listed, 1)
                ],
            },
        ],
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    body = (
        '<header><a href="/">Scroll</a><a href="/latest">Latest</a></header><div id="app"><div class="skeleton"></div></div>'
        "<script src='/app.js'></script><noscript>Please enable JavaScript.</noscript>"
    )
    return section(f"{site}/latest", listed, document(body, head=script, title="Latest"))


def breadcrumb_list_and_cards() -> Section:
    """The only list in structured data is the way to the page."""
    site = "https://crumbs.example"
    listed = stories(site + "/news/{slug}", 5)
    data = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": f"{site}{path}"}
            for n, (name, path) in enumerate(
                (("Home", "/"), ("All the news there is", "/news"), ("Ice", "/news/ice")), 1
            )
        ],
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    cards = each(
        listed, '<div><div class="title"><a href="{path}">{title}</a></div><div class="date">{day}</div></div>'
    )
    crumbs = '<ol><li><a href="/">Home</a></li><li><a href="/news">All the news there is</a></li></ol>'
    return section(f"{site}/news/ice", listed, document(f"{crumbs}<h1>Ice</h1>{cards}", head=script), shows="date")


def live_blog() -> Section:
    """One article that grows: entries with times, anchors and links, related stories below."""
    entries = "".join(
        f'<article class="update" id="u{n}"><header><a href="#u{n}"><time datetime="2026-11-18T0{n}:00:00Z">0{n}.00</time></a>'
        f"<h2>Update {n} from the mole</h2></header>{prose(2)}</article>"
        for n in range(1, 7)
    )
    others = each(
        stories(_SITE + "/{y}/{m}/{d}/harbour/{slug}.html", 6, start=5), '<li><h3><a href="{url}">{title}</a></h3></li>'
    )
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"LiveBlogPosting","headline":"Storm over the mole, as it happens","liveBlogUpdate":[{"@type":"BlogPosting","headline":"Update 1"}]}</script>'
    page = document(
        f"<main><h1>Storm over the mole, as it happens</h1><p>By Anna Brandt</p>{entries}</main><section><h2>More on this"
        f"</h2><ul>{others}</ul></section>",
        head=data,
        title="Storm over the mole, as it happens",
    )
    return Section(url=f"{_SITE}/live/2026/11/18/storm-over-the-mole", html=page.encode(), kind="article")


def article_with_many_related() -> Section:
    """A short article among sixty cards, told by nothing but what it shows."""
    others = each(stories(_SITE + "/{y}/{m}/{d}/harbour/{slug}-{n}.html", 60, start=1),
                  '<article class="card"><a href="{url}"><h3>{title}</h3></a><p>{lead}</p></article>')  # fmt: skip
    page = document(
        f"<header><a href='/'>Herald</a></header><div class='story'><h1>A crane lifts a hull for the first time</h1><p "
        f"class='by'>By Anna Brandt, 18 November 2026</p>{prose(4)}</div><div class='recirculation'><h2>More stories</h2>"
        f"{others}</div>",
        title="A crane lifts a hull for the first time",
    )
    url = f"{_SITE}/2026/11/18/harbour/a-crane-lifts-a-hull-for-the-first-time.html"
    return Section(url=url, html=page.encode(), kind="article")


def article_with_links_in_text() -> Section:
    """An article with a link in each sentence and headings that link, under an address that says little."""
    linked = each(
        stories("https://nook.example/{slug}", 9, start=4),
        "<h2><a href='{url}'>{title}</a></h2><p>The board heard it first, as <a href='{url}'>the log of that day</a> tells, and "
        "did not act on it for a month, which those who were there have not forgotten. {lead} Then came the frost, and with it "
        "the ships that had been waiting outside.</p>",
    )
    page = document(
        f"<div class='text'><h1>The year in nine stories</h1><p>By Bo Carlsen</p>{prose(3)}{linked}{prose(2)}</div>",
        title="The year in nine stories",
        head='<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-18T08:00:00Z">'
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The year in nine stories"}</script>',
    )
    return Section(url="https://nook.example/year", html=page.encode(), kind="article")


def section_that_says_article() -> Section:
    """A section that calls itself an article for social networks, and a collection in its structured data."""
    site = "https://gazette.example"
    listed = stories(site + "/{slug}/", 9)
    head = (
        '<meta property="og:type" content="article"><script type="application/ld+json">{"@context":"https://schema.org",'
        '"@graph":[{"@type":"CollectionPage","@id":"x","name":"Harbour"},{"@type":"WebSite","name":"Gazette"}]}</script>'
    )
    cards = each(
        listed,
        '<div class="td_module_10"><div class="td-module-thumb"><a href="{url}" rel="bookmark" title="{title}"><img src="x" '
        'alt="" title="{title}"></a></div><div class="item-details"><h3 class="entry-title td-module-title"><a href="{url}" '
        'rel="bookmark" title="{title}">{title}</a></h3><div class="td-module-meta-info"><span class="td-post-author-name"><a '
        'href="https://gazette.example/author/{writer}/">{author}</a></span> <span class="td-post-date"><time class="entry-'
        'date updated" datetime="{iso}">{day}</time></span><div class="td-module-comments"><a href="{url}#respond">0</a></div>'
        '</div><div class="td-excerpt">{lead} {lead}</div></div></div>',
    )
    popular = each(stories(site + "/{slug}/", 5, start=15), '<div class="td_module_6"><div class="item-details"><h3 '
                   'class="entry-title"><a href="{url}">{title}</a></h3></div></div>')  # fmt: skip
    body = (
        f'<div class="td-main-content-wrap"><div class="td-pb-span8 td-main-content"><h1>Harbour</h1>{cards}</div><div '
        f'class="td-pb-span4 td-main-sidebar" role="complementary"><div class="block-title"><span>POPULAR</span></div>{popular}'
        "</div></div>"
    )
    return section(f"{site}/category/harbour/", listed, document(body, head=head, title="Harbour"), shows="date author")


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        newspaper_front, headings_inside_links, overlay_links_with_labels, magazine_cards, headings_outside_links,
        index_of_sections, german_paper, item_list_beside_cards, item_list_alone, breadcrumb_list_and_cards, live_blog,
        article_with_many_related, article_with_links_in_text, section_that_says_article,
    )
}  # fmt: skip
