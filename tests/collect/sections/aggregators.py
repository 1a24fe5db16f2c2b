"""Pages that list what stands on other sites."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from tests.collect.sections.site import Section, Story, document, each, section, stories

_HOSTS = ("anna", "bo", "carla", "deniz", "eva", "finn", "gerd")


def _elsewhere(count: int, start: int = 0) -> list[Story]:
    made = stories("https://HOST.example/{y}/{slug}", count, start=start)
    return [replace(s, url=s.url.replace("HOST", _HOSTS[n % len(_HOSTS)])) for n, s in enumerate(made)]


def voted_links() -> Section:
    """Numbered rows of links to elsewhere with who sent them, votes and comments."""
    site = "https://lobby.example"
    listed = [*_elsewhere(9), *stories(site + "/item?id=4711{n}", 1, start=9)]
    rows = "".join(
        each([story],
             '<tr class="athing" id="4711' + str(n) + '"><td class="title"><span class="rank">' + str(n) + '.</span></td><td '
             'class="votelinks"><a href="vote?id=4711' + str(n) + '&how=up"><div class="votearrow"></div></a></td><td class="title">'
             '<span class="titleline"><a href="{url}">{title}</a><span class="sitebit comhead"> (<a href="from?site=x.example">x'
             '.example</a>)</span></span></td></tr><tr><td colspan="2"></td><td class="subtext"><span class="score">95 points</span> '
             'by <a href="user?id={writer}" class="hnuser">{writer}</a> <span class="age" title="{iso}"><a href="item?id=4711'
             + str(n) + '">3 hours ago</a></span> | <a href="hide?id=4711' + str(n) + '">hide</a> | <a href="item?id=4711' + str(n)
             + '">42&nbsp;comments</a></td></tr><tr class="spacer"></tr>')
        for n, story in enumerate(listed, 1)
    )  # fmt: skip
    body = (
        '<center><table id="hnmain"><tr><td><table><tr><td><a href="news">Lobby</a> <a href="newest">new</a> | <a href="ask">ask</a> '
        f'| <a href="jobs">jobs</a> | <a href="submit">submit</a></td></tr></table></td></tr><tr><td><table>{rows}<tr><td><a '
        'class="morelink" href="?p=2">More</a></td></tr></table></td></tr><tr><td><a href="newsguidelines.html">Guidelines</a> | '
        '<a href="https://club.example/apply-to-the-winter-batch">Apply to the winter batch</a></td></tr></table></center>'
    )
    return section(f"{site}/news", listed, document(body, title="Lobby"))


def planet() -> Section:
    """Posts of many blogs, with who wrote them; the list of the blogs beside them."""
    listed = _elsewhere(7)
    posts = each(
        listed,
        '<div class="channelgroup"><h3><a href="https://{writer}.blog.example/" title="Blog of {author}">{author}</a></h3><div '
        'class="entrygroup"><h4><a href="{url}">{title}</a></h4><div class="entry"><div class="content"><p>{lead}</p><p>{lead} See '
        'also <a href="https://other.example/a-note-on-the-matter-{n}">a note on the matter</a>, which says more.</p></div><p '
        'class="date"><a href="{url}">by {author} at {day} 08:00 AM</a></p></div></div></div>',
    )
    blogs = "".join(
        f'<li><a href="https://{h}.example/feed" title="subscribe"><img src="f.png"></a> <a href="https://{h}.example/">The blog of '
        f"{h} and friends by the sea</a></li>"
        for h in _HOSTS
    )
    return section(
        "https://planet.example/",
        listed,
        document(f'<h1>Planet Harbour</h1>{posts}<div class="sidebar"><h2>Subscriptions</h2><ul>{blogs}</ul></div>'),
        shows="date author",
    )


def redirector() -> Section:
    """Every link goes through a counter that has the address in its query."""
    site = "https://picks.example"
    listed = _elsewhere(6)
    lines = "".join(
        f'<div class="pick"><h3><a href="/out?url={quote(s.url, safe="")}&amp;n={n}">{s.title}</a></h3><p>Why we liked it.</p></div>'
        for n, s in enumerate(listed)
    )
    return section(f"{site}/today", listed, document(f"<h1>Today</h1>{lines}", title="Picks"))


def mail_archive() -> Section:
    """The letters of a mailing service, which stand on its own host."""
    made = stories("https://mailchi.example/4f2a{n}/{slug}", 8)
    lines = "".join(
        f'<li class="campaign">{s.published:%m/%d/%Y} - <a href="{s.url}" title="{s.title}" target="_blank">{s.title}</a></li>'
        for s in made
    )
    body = f'<div id="header"><h1>Past letters</h1></div><div class="display_archive"><ul id="archive-list">{lines}</ul></div>'
    return section("https://us4.campaign.example/home/?u=9a8b7c&id=77", made, document(body))


def link_blog() -> Section:
    """Short remarks on what others wrote: the title leads away, the sign to the remark here."""
    site = "https://ball.example"
    notes = stories(site + "/linked/{y}/{m}/{d}/note{n}", 6)
    listed = [
        replace(story, url=f"https://elsewhere.example/{n}/a-story-of-others") for n, story in enumerate(notes, 1)
    ]
    posts = each(
        notes,
        '<dl class="linkedlist"><dt><a href="https://elsewhere.example/{n}/a-story-of-others">{title}</a> <a class="permalink" title="'
        'Permanent link to ‘{title}’" href="{url}">★</a></dt><dd><p>{lead}</p><blockquote><p>{lead} {lead}</p></blockquote></dd></dl>',
    )
    return section(f"{site}/linked/", listed, document(f"<h1>Linked</h1>{posts}"), either=notes)


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build for build in (voted_links, planet, redirector, mail_archive, link_blog)
}
