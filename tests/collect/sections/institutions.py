"""Governments, companies, universities and associations: tables, views and old sites."""

from collections.abc import Callable

from tests.collect.sections.site import Section, document, each, section, stories


def press_release_table() -> Section:
    """A ministry: dates, titles and PDFs in a table, addresses relative to a base."""
    site = "https://www.ministry.example"
    listed = stories(site + "/en/press/pr-2026-1{n}.html", 10)
    rows = each(
        listed,
        '<tr><td>{date}</td><td><a href="press/{name}">{title}</a></td><td><a href="press/pdf/{name}.pdf">PDF (84 KB)</a></td>'
        "</tr>",
    )
    body = (
        '<div id="header"><a href="start.html">Ministry of Harbours</a> | <a href="press/press-contacts-and-office.html">Press '
        'contacts and office</a></div><table class="layout"><tr><td class="left"><ul><li><a href="ministry/minister.html">The '
        'minister</a></li><li><a href="press/index.html">Press releases</a></li></ul></td><td><h1>Press releases</h1><table '
        f'class="list"><thead><tr><th>Date</th><th>Title</th><th></th></tr></thead><tbody>{rows}</tbody></table><p>Page 1 <a '
        'href="press/index.html?page=2">2</a> <a href="press/index.html?page=3">3</a></p></td></tr></table>'
    )
    head = f'<base href="{site}/en/">'
    return section(f"{site}/en/press/index.html", listed, document(body, head=head), shows="date")


def investor_news() -> Section:
    """A company: releases in rows, quick links and alerts around them."""
    site = "https://investors.anchor.example"
    titles = ("Anchor Works Reports Third Quarter Results", "Anchor Works Declares Dividend", "Anchor Works to Present at "
              "Winter Conference", "Anchor Works Names New Head of Chains", "Anchor Works Completes Purchase of Links Ltd",
              "Anchor Works Announces Date of Results")  # fmt: skip
    listed = stories(site + "/news-releases/news-release-details/{slug}", 6, titles=titles)
    rows = each(
        listed,
        '<div class="nir-widget--list"><article class="node node--nir-news"><div class="nir-widget--news--date-time">{day}</div>'
        '<div class="nir-widget--news--headline"><a href="{path}" hreflang="en">{title}</a></div><div class="nir-widget--news--'
        'read-more"><a href="{path}">Read more</a> <a href="/node/1{n}77/pdf">PDF Version</a></div></article></div>',
    )
    body = (
        '<header><nav><a href="/stock-info">Stock</a></nav></header><main><h1>News Releases</h1><form><select><option>2026'
        f'</option></select></form>{rows}</main><div class="region-quick-links"><h2>Quick Links</h2><ul><li><a href="/static-'
        'files/3f2a-4711">Annual Report for the Year 2025</a></li><li><a href="/financial-information/sec-filings">Filings with '
        'the Commission on Exchange</a></li></ul></div><footer><a href="/email-alerts">Email Alerts</a><a href="/contact-ir">'
        "Contact of the Relations Office</a></footer>"
    )
    return section(f"{site}/news-releases", listed, document(body, title="News Releases | Anchor"), shows="date")


def drupal_view() -> Section:
    """Rows of a view with nodes by number, a pager and an exposed form."""
    site = "https://harbours.example.org"
    listed = stories(site + "/node/12{n}", 8)
    rows = each(
        listed,
        '<div class="views-row"><div class="views-field views-field-created"><span class="field-content">{day}</span></div><div '
        'class="views-field views-field-title"><h3 class="field-content"><a href="{path}" hreflang="en">{title}</a></h3></div>'
        '<div class="views-field views-field-body"><div class="field-content">{lead}</div></div><div class="views-field '
        'views-field-view-node"><span class="field-content"><a href="{path}">view</a></span></div></div>',
    )
    body = (
        '<div class="dialog-off-canvas"><header role="banner"><nav role="navigation"><ul class="menu"><li><a href="/node/7">Who '
        'we are</a></li></ul></nav></header><main role="main"><div class="region region-content"><div class="views-element-'
        f'container"><div class="view view-news"><div class="view-content">{rows}</div><nav class="pager"><ul><li><a href="?page='
        '1" title="Go to next page">Next</a></li></ul></nav></div></div></div></main><footer><div class="region-footer"><ul '
        'class="menu"><li><a href="/node/9">Site map</a></li></ul></div></footer></div>'
    )
    return section(f"{site}/news", listed, document(body), shows="date")


def university_queries() -> Section:
    """Articles by a number in the query, categories by another."""
    site = "https://www.uni.example.edu"
    listed = stories(site + "/news?id=47{n}", 9)
    rows = each(listed, '<div class="news-item"><a href="{path}"><img src="t.jpg" alt=""></a><div><span class="d">{day}</span><br>'
                        '<a class="t" href="{path}">{title}</a><p>{lead}</p></div></div>')  # fmt: skip
    body = (
        '<div id="nav"><a href="/?page=students">Students</a><a href="/?page=staff-and-their-offices">Staff and their offices '
        f'here</a></div><div id="cats"><a href="/news?cat=3">Research</a> <a href="/news?cat=4">People</a></div>{rows}<div '
        'id="pages"><a href="/news?start=10">Next page</a></div>'
    )
    return section(f"{site}/news", listed, document(body, title="University news"), shows="date")


def old_asp_site() -> Section:
    """Tables all the way down, font elements, relative addresses with parameters."""
    site = "http://www.yachtclub.example"
    listed = stories(site + "/club/NewsDetail.aspx?ItemID=471{n}&lang=en", 6)
    rows = each(
        listed,
        '<tr><td width="80"><font size="1">{date}</font></td><td><font face="Verdana" size="2"><a href="NewsDetail.aspx?ItemID=471'
        '{n}&amp;lang=en"><b>{title}</b></a><br>{lead}</font></td></tr><tr><td colspan="2"><hr></td></tr>',
    )
    body = (
        '<table width="760"><tr><td bgcolor="#003366"><a href="default.aspx"><img src="logo.gif"></a></td></tr><tr><td><a href='
        '"Contact.aspx?lang=en">Contact us</a> | <a href="Docs.aspx?DocType=2&lang=en">Rules of the club and forms</a></td></tr>'
        f'<tr><td><table width="100%">{rows}</table></td></tr><tr><td><a href="News.aspx?page=2">Next &gt;&gt;</a></td></tr></table>'
    )
    return section(f"{site}/club/News.aspx?lang=en", listed, document(body, title="Club news"), shows="date")


def association_cards() -> Section:
    """Cards as links whose headings are small, filters above, donations below."""
    site = "https://savethecoast.example"
    listed = stories(site + "/en/stories/{slug}", 6)
    cards = each(
        listed,
        '<a class="card h-100 text-decoration-none" href="/en/stories/{name}"><img class="card-img-top" src="x" alt=""><div '
        'class="card-body"><span class="badge">Field report</span><h5 class="card-title">{title}</h5><p class="card-text">{lead}'
        '</p></div><div class="card-footer"><small>{day}</small></div></a>',
    )
    body = (
        '<div class="container"><div class="filters"><a href="/en/stories?type=report">Field reports</a><a href="/en/stories?type='
        f'voices-of-the-people-we-meet">Voices of the people we meet</a></div><div class="row">{cards}</div><section class="cta">'
        '<h2>Help us guard what is left</h2><a class="btn" href="/en/donate-to-save-the-coast">Donate to save the coast '
        'now</a></section></div><footer class="footer"><a href="/en/annual-report-of-the-year">Annual report of the year</a>'
        "</footer>"
    )
    return section(f"{site}/en/stories", listed, document(body, title="Stories"), shows="date",
                   either=stories(site + "/en/donate-to-save-the-coast", 1))  # fmt: skip


def statements_by_role() -> Section:
    """Divs that say of themselves that they are articles, dates in words of another order."""
    site = "https://court.example"
    listed = stories(site + "/media/2026/statement-{n}", 7)
    cards = each(
        listed,
        '<div role="article" about="{path}"><div class="group-left"><div class="field-date">{iso}</div></div><div class="group-'
        'right"><h2><a href="{path}" rel="bookmark"><span>{title}</span></a></h2></div></div>',
    )
    return section(
        f"{site}/media/statements",
        listed,
        document(
            f"<div role='main'><h1>Statements</h1>{cards}</div><div role='contentinfo'><a href='/media/2026/how-to-ask-"
            "the-court'>How to ask the court for a statement</a></div>"
        ),
        shows="date",
    )


def company_newsroom_empty() -> Section:
    """A newsroom that is there and has nothing in it yet."""
    page = document(
        '<header><nav><a href="/products">Products</a></nav></header><main><h1>Newsroom</h1><p>There are no articles yet. Please '
        'come back later.</p></main><footer><a href="/legal-notice-of-this-site">Legal notice of this site</a></footer>',
        title="Newsroom | Winch",
    )
    return Section(url="https://winch.example/newsroom", html=page.encode(), kind="empty")


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        press_release_table, investor_news, drupal_view, university_queries, old_asp_site, association_cards,
        statements_by_role, company_newsroom_empty,
    )
}  # fmt: skip
