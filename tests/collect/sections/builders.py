"""Pages of site builders, forums, catalogues and of sites that put everything into boxes without names."""

from collections.abc import Callable
from dataclasses import replace

from tests.collect.sections.site import Section, Story, document, each, prose, section, stories


def columns_without_names() -> Section:
    """A list beside a column of what others read, with pictures and dates as in the list; nothing is called what it is."""
    site = "https://columns.example"
    listed, popular = stories(site + "/blog/{slug}", 6), stories(site + "/blog/{slug}", 4, start=20)
    cards = each(listed, '<div class="card mb-4"><img src="x.jpg" alt=""><div class="card-body"><h2 class="card-title"><a href="{path}">'
                         '{title}</a></h2><p class="card-text">{lead}</p></div><div class="card-footer">Posted on {day} by <a '
                         'href="/authors/{writer}">{author}</a></div></div>')  # fmt: skip
    beside = each(
        popular,
        '<li><a href="{path}"><img src="t.jpg" alt=""></a><a href="{path}">{title}</a><small>{day}</small></li>',
    )
    body = (
        f'<div class="container"><div class="row"><div class="col-md-8"><h1>Blog</h1>{cards}<ul class="pagination"><li><a href="/blog?'
        f'page=2">Older</a></li></ul></div><div class="col-md-4"><h5>Popular this month</h5><ul>{beside}</ul></div></div></div>'
    )
    return section(f"{site}/blog", listed, document(body), shows="date author", either=popular)


def square_builder() -> Section:
    """Titles as h1 in each card, dates in two places, categories between."""
    site = "https://square.example"
    listed = stories(site + "/journal/{slug}", 7)
    cards = each(
        listed,
        '<article class="BlogList-item hentry"><a href="{path}" class="BlogList-item-image-link"><img data-src="x" alt="{title}"></a>'
        '<div class="Blog-meta BlogList-item-meta"><a href="/journal?author=5f2c{n}" class="Blog-meta-item--author">{author}</a><time '
        'class="Blog-meta-item--date" datetime="{date}">{day}</time><a href="/journal/category/News" class="Blog-meta-item--categories">'
        'News</a></div><h1 class="BlogList-item-title"><a href="{path}" data-content-field="title">{title}</a></h1><div class="BlogList-'
        'item-excerpt"><p>{lead}</p></div><a href="{path}" class="BlogList-item-readmore"><span>Read More</span></a></article>',
    )
    pager = '<nav class="BlogList-pagination"><a href="/journal?offset=1699">Older</a></nav>'
    return section(
        f"{site}/journal",
        listed,
        document(f'<div id="siteWrapper"><main>{cards}{pager}</main></div>'),
        shows="date author",
    )


def flow_builder() -> Section:
    """Lists in divs with roles, one link around each, short categories first."""
    site = "https://flow.example"
    listed = stories(site + "/post/{slug}", 9)
    cards = each(
        listed,
        '<div role="listitem" class="collection-item w-dyn-item"><a href="{path}" class="link-block w-inline-block"><div class="tag">'
        'Engineering</div><div class="heading-small">{title}</div><div class="text-block-7">{lead}</div><div class="text-block-8">{day}'
        "</div></a></div>",
    )
    body = (
        '<div class="navbar w-nav"><a href="/" class="brand"></a><div class="w-nav-menu"><a href="/pricing">Pricing</a><a href="/customers-'
        f'and-their-stories">Customers and their stories</a></div></div><div class="section"><h1>Writing</h1><div class="w-dyn-list"><div '
        f'role="list" class="w-dyn-items">{cards}</div></div></div><div class="section cta"><h2>Start for free</h2><a href="/signup" class='
        '"button">Start</a></div>'
    )
    return section(f"{site}/writing", listed, document(body), shows="date")


def tabs_of_latest_and_read() -> Section:
    """Two lists in tabs, of which one is hidden; their links are alike."""
    site = "https://tabs.example"
    listed, read = stories(site + "/a/{slug}/2{n}774411", 8), stories(site + "/a/{slug}/2{n}774411", 5, start=15)
    line = '<li class="row"><a href="{path}"><span class="time">08.1{n}</span><span class="t">{title}</span></a></li>'
    body = (
        f'<div class="tabs"><button>Latest</button><button>Read</button></div><div class="panel" id="latest"><ol>{each(listed, line)}</ol>'
        f'</div><div class="panel" id="read" hidden><ol>{each(read, line)}</ol></div>'
    )
    return section(f"{site}/latest", listed, document(body))


def only_files() -> Section:
    """A list of reports, of which each is a PDF and nothing else."""
    site = "https://files.example"
    rows = each(stories(site + "/files/{slug}.pdf", 8), '<li><a href="{path}">{title}</a> ({day}, PDF, 84 KB)</li>')
    body = f'<header><a href="/">Office of tides</a><a href="/contact">Contact</a></header><main><h1>Reports</h1><ul>{rows}</ul></main>'
    return Section(url=f"{site}/reports", html=document(body, title="Reports").encode(), kind="empty")


def forum_topics() -> Section:
    """Topics in a table, with a link to the last post of each beside its title."""
    site = "https://talk.example"
    listed = stories(site + "/t/{slug}/47{n}", 8)
    rows = each(
        listed,
        '<tr class="topic-list-item"><td class="main-link"><span class="link-top-line"><a href="{path}" class="title raw-link">{title}</a>'
        '</span><div class="link-bottom-line"><a class="badge-category" href="/c/harbour/7"><span>Harbour</span></a></div></td><td class='
        '"posters"><a href="/u/{writer}"><img alt="" src="a.png"></a></td><td class="num posts"><a href="{path}/1">{n}2</a></td><td class='
        '"num age"><a href="{path}/{n}2"><span title="{day} 8:00 am">3h</span></a></td></tr>',
    )
    body = (
        '<header><a href="/">Talk</a></header><div id="main-outlet"><table class="topic-list"><thead><tr><th>Topic</th><th>Replies</th><th>'
        f"Activity</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return section(f"{site}/latest", listed, document(body), shows="date")


def old_board_of_links() -> Section:
    """Things that were sent in: titles that lead away or to the board itself, the site in brackets, comments."""
    site = "https://old.board.example"
    away = [
        replace(s, url=s.url.replace("HOST", f"paper{n}"))
        for n, s in enumerate(stories("https://HOST.example/{slug}", 6))
    ]
    own = stories(site + "/r/harbour/comments/1a2b{n}c/{slug}/", 2, start=6)
    listed: list[Story] = [*away, *own]
    things = each(
        listed,
        '<div class="thing link" data-fullname="t3_{n}"><span class="rank">{n}</span><div class="midcol"><div class="score">42</div></div><a '
        'class="thumbnail" href="{url}"><img src="t.jpg"></a><div class="entry"><p class="title"><a class="title" href="{url}">{title}</a> '
        '<span class="domain">(<a href="/domain/x{n}.example/">x{n}.example</a>)</span></p><p class="tagline">submitted <time title="Wed Nov '
        '18 08:00:00 2026 UTC" datetime="{iso}">3 hours ago</time> by <a href="https://old.board.example/user/{writer}" class="author">'
        '{author}</a></p><ul class="flat-list buttons"><li><a href="https://old.board.example/r/harbour/comments/1a2b{n}c/x_{n}/" class='
        '"comments">{n}7 comments</a></li><li><a href="#">share</a></li></ul></div></div>',
    )
    side = '<div class="side"><div class="md"><p>Read <a href="/r/harbour/wiki/rules-of-this-board">the rules of this board</a>.</p></div></div>'
    body = f'<div id="header"><a href="/r/harbour/new/">new</a></div>{side}<div class="content"><div class="sitetable">{things}</div></div>'
    return section(f"{site}/r/harbour/", listed, document(body), shows="date")


def office_finder() -> Section:
    """A finder of documents with facets in a form, attributes in lists."""
    site = "https://www.office.example"
    listed = stories(site + "/government/news/{slug}", 8)
    items = each(
        listed,
        '<li class="document-list__item"><div class="document-list__item-title"><a class="link" href="{path}">{title}</a></div><p class='
        '"document-list__item-description">{lead}</p><ul class="document-list__item-metadata"><li>Document type: Press release</li><li>'
        'Organisation: Office of Tides</li><li>Updated: <time datetime="{date}">{day}</time></li></ul></li>',
    )
    facets = "".join(
        f'<label><input type="checkbox">Department of <a href="/organisations/department-of-{n}">tides {n}</a></label>'
        for n in range(12)
    )
    body = (
        f'<div id="wrapper"><main id="content"><form method="get"><div class="facets">{facets}</div><div id="js-results"><ul class="document-list">'
        f'{items}</ul></div></form><a href="{site}/email-alert-signup-for-news">Get emails</a></main></div>'
    )
    return section(f"{site}/search/news-and-communications", listed, document(body), shows="date")


def preprint_list() -> Section:
    """Numbers as links in terms, titles as text in what they mean."""
    site = "https://preprints.example"
    listed = stories(site + "/abs/2611.0123{n}", 7)
    entries = each(
        listed,
        '<dt><a name="item{n}">[{n}]</a> <a href="{path}" title="Abstract" id="2611.0123{n}">preprint:2611.0123{n}</a> [<a href="/pdf/2611.0123'
        '{n}" title="Download PDF">pdf</a>, <a href="/format/2611.0123{n}" title="Other formats">other</a>]</dt><dd><div class="meta"><div '
        'class="list-title mathjax">{title}</div><div class="list-authors"><a href="/search/?query='
        '{writer}">{author}</a></div><div class="list-subjects">Subjects: Tides (ph.TI)</div></div></dd>',
    )
    body = f'<div id="content"><h1>Tides</h1><h3>Showing new listings for Wednesday, 18 November 2026</h3><dl id="articles">{entries}</dl></div>'
    return section(f"{site}/list/ph.TI/new", listed, document(body))


def headlines_of_pieces() -> Section:
    """Headlines whose words are apart in elements, with labels between."""
    site = "https://blad.example"
    titles = ("Kranen lyfter ett skrov för första gången", "Färjorna går igen efter frosten", "Gamla kartor under tullhuset", "Fiskarna röstar "
              "om den nya muren", "Därför stannade tidvattensuret", "Muddringen vid yttre piren börjar")  # fmt: skip
    listed = stories(site + "/nyheter/a/Ab3{n}xK/{slug}", 6, titles=titles)
    cards = "".join(
        f'<div class="hyperion-css-1"><a class="hyperion-css-2" href="/{s.url.split("/", 3)[3]}"><div><img src="x" alt=""></div><h2><span '
        f'class="label">Direkt</span><span class="headline">{" ".join(f"<span>{word}</span>" for word in s.title.split())}</span></h2></a></div>'
        for s in listed
    )
    return section(f"{site}/nyheter", listed, document(f"<div id='root'><section>{cards}</section></div>", lang="sv"))


def dates_in_the_link() -> Section:
    """The date is a part of the words of each link."""
    site = "https://verein.example"
    titles = (
        "Der Steg ist wieder offen",
        "Ansegeln im Mai mit Gästen",
        "Neue Bojen vor der Einfahrt",
        "Arbeitsdienst am Samstag früh",
    )
    listed = stories(site + "/aktuelles/meldung-{n}.html", 4, titles=titles)
    lines = "".join(
        f'<div class="news"><a href="meldung-{n}.html">{s.published:%d.%m.%Y}<br>{s.title}</a></div>'
        for n, s in enumerate(listed, 1)
    )
    body = f'<div id="menu"><a href="/verein.html">Verein</a><a href="/hafen.html">Hafen</a></div><h1>Aktuelles</h1>{lines}'
    return section(f"{site}/aktuelles/", listed, document(body, lang="de"), shows="date")


def article_of_broken_lines() -> Section:
    """An article in one div with line breaks, three large cards in the same main element."""
    text = "<br><br>".join(p.removeprefix("<p>") for p in prose(5).split("</p>") if p)
    others = each(
        stories("https://br.example/{slug}", 3, start=4),
        '<div class="card"><a href="{path}"><h2>{title}</h2></a><p>{lead}</p></div>',
    )
    body = f"<main><h1>Two ports agree</h1><div class='txt'>{text}</div><h2>Read on</h2>{others}</main>"
    return Section(
        url="https://br.example/ports", html=document(body, title="Two ports agree").encode(), kind="article"
    )


def video_page() -> Section:
    """A film with a few words of what it shows, among twenty others."""
    others = each(stories("https://film.example/video/{slug}-4{n}", 20, start=1), '<div class="v"><a href="{path}"><img src="t" alt=""><h3>{title}'
                                                                                  "</h3></a><span>2:14</span></div>")  # fmt: skip
    data = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"A crane lifts a hull"}</script>'
    words = "<p>For the first time in ten years the old crane on the quay has lifted a hull in one piece, as the school children counted.</p>"
    body = f"<main><h1>A crane lifts a hull</h1><video></video>{words}</main><div>{others}</div>"
    return Section(
        url="https://film.example/video/crane-41",
        html=document(body, head=data, title="A crane lifts a hull").encode(),
        kind="article",
    )


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        columns_without_names, square_builder, flow_builder, tabs_of_latest_and_read, only_files, forum_topics, old_board_of_links,
        office_finder, preprint_list, headlines_of_pieces, dates_in_the_link, article_of_broken_lines, video_page,
    )
}  # fmt: skip
