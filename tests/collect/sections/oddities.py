"""Markup of the wild: links that scripts follow, bases, and pages that say little of themselves."""

from collections.abc import Callable

from tests.collect.sections.site import Section, document, each, prose, section, stories


def cards_that_scripts_open() -> Section:
    """No links: the address is in an attribute for a script."""
    site = "https://app.example"
    listed = stories(site + "/stories/{slug}", 6)
    cards = each(
        listed, '<div class="tile" role="link" tabindex="0" data-href="{path}"><h3>{title}</h3><p>{lead}</p></div>'
    )
    return section(f"{site}/stories", listed, document(f'<div id="app"><h1>Stories</h1>{cards}</div>', title="Stories"))


def relative_to_a_base() -> Section:
    """Addresses relative to another folder than that of the page."""
    site = "https://pier.example"
    listed = stories(site + "/archive/2026/{slug}.html", 6)
    lines = each(listed, '<p><a href="2026/{name}">{title}</a><br><small>{day}</small></p>')
    head = '<base href="/archive/">'
    return section(f"{site}/index.php?s=news", listed, document(lines, head=head), shows="date")


def paragraphs_of_links() -> Section:
    """Headlines in bold paragraphs, one after another, with short leads; no lists, no classes."""
    site = "https://plain.example"
    listed = stories(site + "/n/{slug}", 7)
    lines = each(listed, "<p><b><a href='{path}'>{title}</a></b> ({day})<br>{lead}</p>")
    body = (
        f"<p><a href='/'>Home</a> <a href='/n/'>News</a> <a href='/the-map-of-the-port'>Map of the port</a></p>{lines}"
    )
    return section(f"{site}/n/", listed, document(body), shows="date")


def articles_without_class() -> Section:
    """Bare elements of HTML 5, the link around the heading."""
    site = "https://bare.example"
    listed = stories(site + "/{slug}", 5)
    cards = each(listed, "<article><a href='{path}'><h2>{title}</h2></a><p>{lead}</p><p><time datetime='{date}'>{day}</time></p>"
                         "</article>")  # fmt: skip
    other = "<section><h2>Follow us</h2><p><a href='https://social.example/@bare'>On a network of many small islands</a></p></section>"
    return section(f"{site}/", listed, document(f"<main>{cards}{other}</main>"), shows="date")


def definition_list() -> Section:
    """Dates as terms, headlines as what they mean."""
    site = "https://parish.example"
    listed = stories(site + "/news/{n}.html", 6)
    lines = each(listed, "<dt>{date}</dt><dd><a href='{path}'>{title}</a></dd>")
    menu = "<div><a href='/masses.html'>Masses</a> <a href='/rooms.html'>Rooms</a> <a href='/history.html'>History</a></div>"
    return section(f"{site}/news/", listed, document(f"{menu}<h1>News</h1><dl>{lines}</dl>"), shows="date")


def archive_page_by_year() -> Section:
    """A long list of everything, years between; its address ends like an article's."""
    site = "https://gerd.example"
    listed = stories(site + "/writing/{slug}", 24)
    half = len(listed) // 2
    line = "<li><a href='{path}'>{title}</a> <span class='muted'>{date}</span></li>"
    body = f"<main><h1>Archive</h1><h2>2026</h2><ul>{each(listed[:half], line)}</ul><h2>2025</h2><ul>{each(listed[half:], line)}</ul></main>"
    return section(
        f"{site}/everything-i-ever-wrote", listed, document(body, title="Everything I ever wrote"), shows="date"
    )


def intro_and_few_cards() -> Section:
    """A topic page with a long introduction and four articles."""
    site = "https://topic.example"
    listed = stories(site + "/articles/{slug}", 4)
    cards = each(listed, "<article class='teaser'><h3><a href='{path}'>{title}</a></h3><p>{lead}</p></article>")
    body = f"<main><h1>The north mole</h1><div class='intro'>{prose(1)}{prose(1)}</div><h2>Articles</h2>{cards}</main>"
    return section(f"{site}/topics/north-mole", listed, document(body, title="The north mole"))


def short_article_with_teasers() -> Section:
    """A brief of ninety words under an address with a number, ten teasers below, no word of what it is."""
    others = each(
        stories("https://brief.example/news/{n}0815", 10, start=3),
        "<div class='t'><a href='{path}'><h4>{title}</h4></a></div>",
    )
    body = f"<div class='c'><h1>Old maps found under the customs house</h1><span>18.11.2026</span>{prose(3)}</div><div>{others}</div>"
    page = document(body, title="Old maps found under the customs house")
    return Section(url="https://brief.example/news/470815", html=page.encode(), kind="article")


def essay_in_parts() -> Section:
    """An article with sections that each have a heading, and a table of contents that links into it."""
    parts = "".join(
        f"<section id='p{n}'><h2><a href='#p{n}'>Part {n} of the long way home</a></h2>{prose(3)}</section>"
        for n in range(1, 6)
    )
    toc = "".join(f"<li><a href='#p{n}'>Part {n} of the long way home</a></li>" for n in range(1, 6))
    nav = each(stories("https://long.example/essays/{slug}", 4), "<li><a href='{path}'>{title}</a></li>")
    body = f"<main><h1>The long way home</h1><ol>{toc}</ol>{parts}</main><h2>Other essays</h2><ul>{nav}</ul>"
    return Section(
        url="https://long.example/essays/home", html=document(body, title="The long way home").encode(), kind="article"
    )


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        cards_that_scripts_open, relative_to_a_base, paragraphs_of_links, articles_without_class, definition_list,
        archive_page_by_year, intro_and_few_cards, short_article_with_teasers, essay_in_parts,
    )
}  # fmt: skip
