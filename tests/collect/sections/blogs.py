"""Blogs: WordPress, Ghost, Substack, Medium, static site generators, Blogger; changelogs, releases and a podcast."""

from collections.abc import Callable

from tests.collect.sections.site import Section, document, each, prose, section, stories

_SITE = "https://quayside.example"


def wordpress_classic() -> Section:
    """A category archive of a classic theme, its widgets in divs beside it."""
    listed = stories(_SITE + "/{y}/{m}/{slug}/", 10)
    others = stories(_SITE + "/{y}/{m}/{slug}/", 5, start=20)
    cards = each(
        listed,
        '<article id="post-{n}" class="post-{n} post type-post status-publish hentry category-harbour"><header '
        'class="entry-header"><h2 class="entry-title"><a href="{url}" rel="bookmark">{title}</a></h2><div '
        'class="entry-meta"><span class="posted-on">Posted on <a href="{url}" rel="bookmark"><time class="entry-date '
        'published" datetime="{iso}">{day}</time></a></span> <span class="byline">by <span class="author vcard"><a '
        'class="url fn n" href="https://quayside.example/author/{writer}/">{author}</a></span></span></div></header>'
        '<div class="entry-content"><p>{lead} <a href="{url}" class="more-link">Continue reading <span '
        'class="screen-reader-text">“{title}”</span></a></p></div><footer class="entry-footer"><span class="cat-links">'
        '<a href="https://quayside.example/category/harbour/" rel="category tag">Harbour</a></span> <span '
        'class="tags-links"><a href="https://quayside.example/tag/ice/" rel="tag">ice</a></span> <span '
        'class="comments-link"><a href="{url}#comments">3 Comments</a></span></footer></article>',
    )
    widgets = (
        '<div id="secondary" class="widget-area"><section class="widget widget_search"><form role="search"><input></form>'
        '</section><section class="widget widget_recent_entries"><h2 class="widget-title">Recent Posts</h2><ul>'
        + each(others, '<li><a href="{url}">{title}</a></li>')
        + '</ul></section><section class="widget widget_recent_comments"><h2 class="widget-title">Recent Comments</h2>'
        '<ul id="recentcomments">'
        + each(
            others,
            '<li class="recentcomments"><span class="comment-author-link">Eva</span> on '
            '<a href="{url}#comment-{n}">{title}</a></li>',
        )
        + '</ul></section><section class="widget widget_archive"><h2 class="widget-title">Archives</h2><ul>'
        + "".join(f"<li><a href='{_SITE}/2026/{m:02}/'>The month {m} of 2026</a></li>" for m in range(1, 12))
        + '</ul></section><section class="widget widget_tag_cloud"><div class="tagcloud">'
        + "".join(f"<a href='{_SITE}/tag/old-ship-{n}/' class='tag-cloud-link'>old ship {n}</a> " for n in range(9))
        + "</div></section></div>"
    )
    return section(
        f"{_SITE}/category/harbour/",
        listed,
        document(
            f'<div id="page"><header id="masthead"><nav id="site-navigation"><ul><li><a href="{_SITE}/about-the-people'
            f'-of-this-site/">About the people of this site</a></li></ul></nav></header><div id="content"><div '
            f'id="primary"><main id="main"><header class="page-header"><h1 class="page-title">Category: Harbour</h1>'
            f"</header>{cards}<nav class='navigation posts-navigation'><div class='nav-previous'><a href='{_SITE}"
            f"/category/harbour/page/2/'>Older posts</a></div></nav></main></div>{widgets}</div><footer id='colophon'>"
            f"<a href='https://wordpress.example/'>Proudly powered by a press</a></footer></div>",
            head='<meta property="og:type" content="article">',
            attributes='class="archive category category-harbour"',
        ),
        shows="date author",
    )


def wordpress_blocks() -> Section:
    """A block theme: a query loop, and the latest comments in a group."""
    listed = stories(_SITE + "/{slug}/", 6)
    others = stories(_SITE + "/{slug}/", 4, start=18)
    loop = each(
        listed,
        '<li class="wp-block-post post-{n} post type-post"><div class="wp-block-group is-layout-flow"><figure '
        'class="wp-block-post-featured-image"><a href="{url}" target="_self"><img src="/i{n}.jpg" alt="{title}"></a>'
        '</figure><h2 class="wp-block-post-title"><a href="{url}" target="_self">{title}</a></h2><div '
        'class="wp-block-post-excerpt"><p class="wp-block-post-excerpt__excerpt">{lead} </p><p '
        'class="wp-block-post-excerpt__more-text"><a class="wp-block-post-excerpt__more-link" href="{url}">Read more'
        '</a></p></div><div class="wp-block-post-date"><time datetime="{iso}"><a href="{url}">{day}</a></time></div>'
        "</div></li>",
    )
    comments = each(
        others,
        '<li class="wp-block-latest-comments__comment"><article><footer class="wp-block-latest-comments__comment-meta">'
        '<a class="wp-block-latest-comments__comment-author" href="https://eva.example/">Eva</a> on <a class="wp-block-'
        'latest-comments__comment-link" href="{url}#comment-{n}">{title}</a></footer><div><p>I was there and it was not '
        "so.</p></div></article></li>",
    )
    return section(
        f"{_SITE}/blog/",
        listed,
        document(
            '<div class="wp-site-blocks"><header class="wp-block-template-part"><div class="wp-block-group"><p class="'
            f'wp-block-site-title"><a href="{_SITE}">Quayside</a></p></div></header><main class="wp-block-group"><h1>Blog'
            f'</h1><div class="wp-block-query"><ul class="wp-block-post-template">{loop}</ul><nav class="wp-block-query-'
            f'pagination"><a href="{_SITE}/blog/page/2/">Next page</a></nav></div></main><div class="wp-block-group"><h2>'
            f'Latest comments</h2><ol class="wp-block-latest-comments">{comments}</ol></div><footer class="wp-block-'
            'template-part"><a href="/impressum/">Impressum</a></footer></div>'
        ),
        shows="date",
    )


def wordpress_nothing_found() -> Section:
    """A category without posts, with widgets."""
    others = stories(_SITE + "/{y}/{m}/{slug}/", 5)
    recent = each(others, '<li><a href="{url}">{title}</a></li>')
    page = document(
        '<header><nav><a href="/category/harbour/">Harbour</a><a href="/category/divers/">Divers</a></nav></header><div id="primary">'
        '<main><section class="no-results not-found"><header class="page-header"><h1 class="page-title">'
        "Nothing Found</h1></header><div class='page-content'><p>It seems we can’t find what you’re looking for. Perhaps "
        "searching can help.</p><form role='search'><input></form></div></section></main></div><div id='secondary' "
        f"class='widget-area'><section class='widget'><h2>Recent Posts</h2><ul>{recent}</ul></section></div>",
        title="Divers – Quayside",
    )
    return Section(url=f"{_SITE}/category/divers/", html=page.encode(), kind="empty")


def ghost() -> Section:
    """Cards that are one link each."""
    site = "https://tides.example"
    listed = stories(site + "/{slug}/", 9)
    cards = each(
        listed,
        '<article class="gh-card post featured"><a class="gh-card-link" href="{path}"><figure class="gh-card-image"><img '
        'src="/content/{n}.jpg" alt="{title}"></figure><div class="gh-card-wrapper"><h3 class="gh-card-title '
        'is-title">{title}</h3><p class="gh-card-excerpt is-body">{lead}</p><footer class="gh-card-meta"><span '
        'class="gh-card-author">By {author}</span><time class="gh-card-date" datetime="{date}">{day}</time></footer>'
        "</div></a></article>",
    )
    return section(
        f"{site}/",
        listed,
        document(
            '<div class="gh-viewport"><header class="gh-navigation"><nav><a href="/about/">About</a></nav><a href="'
            '#/portal/signup">Subscribe</a></header><section class="gh-header"><h1>The daily tide, thought over by those '
            f'who must sail with it</h1></section><section class="gh-container"><main class="gh-main"><div class="gh-feed">'
            f'{cards}</div></main><aside class="gh-sidebar"><section class="gh-recommendations"><h4>Recommendations</h4><ul>'
            '<li><a href="https://buoys.example/?ref=tides"><h4>All the buoys of the north</h4></a></li></ul></section>'
            '</aside></section><footer class="gh-footer"><a href="https://ghost.example/">Powered by Ghost</a></footer></div>'
        ),
        shows="date author",
    )


def substack_archive() -> Section:
    """Deep divs with names of no meaning, and links to comments beside each post."""
    site = "https://logbook.example"
    listed = stories(site + "/p/{slug}", 12)
    posts = each(
        listed,
        '<div role="article" aria-label="Post preview for {title}" class="container-H2dyKk"><div class="_content_4xk">'
        '<div class="pencraft pc-display-flex"><a data-testid="post-preview-title" href="{url}" class="pencraft pc-reset">'
        '{title}</a><div class="pencraft"><a href="{url}" class="pencraft">{lead}</a></div><div class="pencraft '
        'pc-display-flex"><time datetime="{iso}" class="pencraft">Nov 18</time><div>•</div><div class="profile-hover"><a '
        'href="https://sub.example/@{writer}" class="pencraft">{author}</a></div></div></div><a href="{url}"><div '
        'class="image"><picture><img src="x.jpg" alt=""></picture></div></a><div class="post-ufi"><a role="button" '
        'class="post-ufi-button">12</a><a href="{url}/comments" class="post-ufi-comment-button">4</a><button>Share'
        "</button></div></div></div>",
    )
    return section(
        f"{site}/archive",
        listed,
        document(
            '<div id="entry"><div id="main" class="main"><div class="main-menu"><div class="topbar"><a href="/" native>'
            'The Log</a><a href="/archive">Archive</a><a href="/about">About</a><a href="/subscribe">Subscribe</a></div>'
            f'</div><div class="archive-page"><div class="portable-archive-list">{posts}</div></div><div class="footer-wrap">'
            '<div>© 2026 The Log</div><a href="https://sub.example/privacy">Privacy</a><a href="https://sub.example/tos">'
            "Terms</a></div></div></div>"
        ),
        shows="date author",
    )


def medium_publication() -> Section:
    """Relative addresses of an author, ids at their end, where the reader came from behind them."""
    site = "https://medium.example"
    listed = stories(site + "/the-mole/{slug}-3f9a1c{n}b7e2d", 8)
    cards = each(
        listed,
        '<div><article data-testid="post-preview" class="l"><div class="m n"><a rel="noopener follow" href="/@{writer}?'
        'source=collection_home---{n}"><img alt="{author}" src="a.png"></a><a rel="noopener follow" class="af" href="/@'
        '{writer}?source=collection_home"><p class="be">{author}</p></a></div><div role="link" data-href="{url}"><a '
        'rel="noopener follow" class="ag" href="{path}?source=collection_home---{n}-----------------"><h2 class="be '
        'fx">{title}</h2><h3 class="be">{lead}</h3></a></div><div class="q"><span>Nov 18</span><a href="{path}?source='
        'collection_home"><svg></svg>321</a><a href="{path}?responsesOpen=true&source=collection_home">12</a><a '
        'href="/m/signin?actionUrl=x&operation=register">Save</a></div></article></div>',
    )
    return section(
        f"{site}/the-mole",
        listed,
        document(
            '<div id="root"><div><div class="bx"><a href="/m/signin?operation=login">Sign in</a><a href="/new-story?source='
            f'top_nav">Write</a></div><div class="by"><h2>The Mole</h2><p>Notes.</p></div>{cards}<div><a href="/the-mole/'
            'about">About The Mole</a><a href="/the-mole/latest">See all from The Mole</a><a href="https://help.medium.'
            'example/hc/en-us">Help</a><a href="https://policy.medium.example/rules-30e5502c4eb4">Rules of this house and '
            "its guests</a></div></div></div>"
        ),
        shows="author",
    )


_SHORT = ("On ropes", "Wind", "Paint, again", "A better knot", "Harbours in Lua", "Tar", "Ten years", "Notes on ice")


def hugo_dates_and_titles() -> Section:
    """Nothing but dates and short titles, by year."""
    site = "https://anna.example"
    listed = stories(site + "/posts/{slug}/", 8, titles=_SHORT)
    lines = each(listed, '<li class="post-entry"><time datetime="{date}">{day}</time> <a href="{url}">{title}</a></li>')
    return section(
        f"{site}/posts/",
        listed,
        document(
            f'<header><a href="{site}/">Anna</a><ul class="menu"><li><a href="{site}/posts/">Posts</a></li><li><a href="'
            f'{site}/about/">About</a></li><li><a href="{site}/projects/">Projects</a></li></ul></header><main><h1>Posts'
            f"</h1><h2>2026</h2><ul>{lines}</ul></main><footer>© Anna · <a href='https://gohugo.example/'>Hugo</a></footer>"
        ),
        shows="date",
    )


def jekyll_minima() -> Section:
    """The list of the theme that most begin with."""
    site = "https://bo.example"
    listed = stories(
        site + "/boats/{y}/{m}/{d}/{slug}.html", 7, titles=(*_SHORT[:4], "Sailing the north in a small boat")
    )
    listed = listed[:5]
    lines = each(listed, '<li><span class="post-meta">{day}</span><h3><a class="post-link" href="{path}">\n {title}\n</a>'
                         "</h3></li>")  # fmt: skip
    return section(
        f"{site}/",
        listed,
        document(
            '<header class="site-header"><a class="site-title" href="/">Bo</a><nav class="site-nav"><a class="page-link" '
            'href="/about/">About</a></nav></header><main class="page-content"><div class="home"><h2 class="post-list-'
            f'heading">Posts</h2><ul class="post-list">{lines}</ul><p class="rss-subscribe">subscribe <a href="/feed.xml">'
            "via RSS</a></p></div></main><footer class='site-footer'><p>Boats, mostly.</p></footer>"
        ),
        shows="date",
    )


def whole_posts() -> Section:
    """A blog whose front shows its posts whole, with links in their sentences."""
    site = "https://carla.example"
    listed = stories(site + "/{y}/{slug}", 3)
    inside = (
        '<p>As <a href="/2025/a-word-on-the-old-north-mole">a word on the old north mole</a> said, it is not over.</p>'
    )
    posts = each(listed, '<div class="post"><h2><a href="{path}">{title}</a></h2><div class="meta">{day}</div>'
                         + prose(4) + inside + '<p><a href="{path}#comments">No comments</a></p></div>')  # fmt: skip
    return section(
        f"{site}/blog",
        listed,
        document(f'<div id="wrap"><h1><a href="/">Carla writes</a></h1>{posts}<a href="/blog?page=2">Older</a></div>'),
        shows="date",
    )


def blogger() -> Section:
    """Dates as headings over the posts, and the tree of all posts beside them."""
    site = "https://deniz.blog.example"
    listed = stories(site + "/{y}/{m}/{slug}.html", 5)
    older = stories(site + "/{y}/{m}/{slug}.html", 8, start=12)
    posts = each(
        listed,
        '<div class="date-outer"><h2 class="date-header"><span>{day}</span></h2><div class="date-posts"><div class="post-'
        'outer"><div class="post hentry"><h3 class="post-title entry-title"><a href="{url}">{title}</a></h3><div '
        'class="post-body entry-content"><div>{lead} {lead}</div><div class="jump-link"><a href="{url}#more" title="'
        '{title}">Read more »</a></div></div><div class="post-footer"><span class="post-author vcard">Posted by <span '
        'class="fn" itemprop="author">{author}</span></span> at <a class="timestamp-link" href="{url}" title="permanent '
        'link"><abbr class="published" title="{iso}">08:00</abbr></a> <a class="comment-link" href="{url}#comment-form">'
        'No comments:</a> <a href="https://www.blogger.example/email-post/4711/{n}">Email This</a></div></div></div></div>'
        "</div>",
    )
    tree = (
        '<div class="widget BlogArchive"><h2>Blog Archive</h2><ul class="hierarchy"><li class="archivedate expanded"><a '
        f'class="post-count-link" href="{site}/2026/11/">November</a><ul class="posts">'
        + each(older, '<li><a href="{url}">{title}</a></li>')
        + "</ul></li></ul></div>"
    )
    return section(
        f"{site}/search/label/harbour",
        listed,
        document(
            f'<div class="content"><div class="header section"><h1 class="title"><a href="{site}/">Deniz by the sea</a></h1>'
            f'</div><div class="main-outer"><div class="main section" id="main"><div class="blog-posts hfeed">{posts}</div>'
            f'<div class="blog-pager"><a class="blog-pager-older-link" href="{site}/search/label/harbour?updated-max=2026-11'
            f'-10">Older Posts</a></div></div><div class="column-right-outer"><div class="sidebar section">{tree}</div></div>'
            "</div></div>"
        ),
        shows="date author",
    )


def three_posts_of_a_tag() -> Section:
    """A tag that has three articles, with a word about it."""
    site = "https://eva.example"
    listed = stories(site + "/notes/{slug}", 3)
    cards = each(listed, '<div class="note"><h2><a href="{path}">{title}</a></h2><p class="when">{day}</p><p>{lead}</p>'
                         "</div>")  # fmt: skip
    return section(
        f"{site}/tags/ice",
        listed,
        document(
            '<nav><a href="/">Eva</a><a href="/notes">Notes</a></nav><main><h1>Ice</h1><p>All that was written here on '
            f"frozen water, which is less than one would think in a place so cold.</p>{cards}</main>",
            title="Ice – Eva",
        ),
        shows="date",
    )


def changelog() -> Section:
    """Versions, each with its page and what changed in lists."""
    site = "https://winch.example"
    titles = tuple(f"Winch 4.{minor}" for minor in range(9, 3, -1))
    listed = stories(site + "/changelog/{y}-{m}-{d}", 6, titles=titles)
    entries = each(
        listed,
        '<section class="release"><div class="left"><a href="{path}">{day}</a></div><div class="right"><h2><a href="{path}">'
        '{title}</a></h2><ul><li>Ropes are drawn faster, see <a href="/docs/ropes-and-chains">ropes and chains</a></li><li>'
        'Fixed: the drum turned twice (<a href="https://git.example/winch/issues/{n}12">#{n}12</a>)</li></ul></div>'
        "</section>",
    )
    return section(
        f"{site}/changelog",
        listed,
        document(
            '<header><a href="/">Winch</a><nav><a href="/docs">Docs</a><a href="/pricing">Pricing</a></nav></header><main>'
            f"<h1>Changelog</h1>{entries}</main><footer><a href='/status-of-the-service-now'>Status of the service</a>"
            "</footer>",
            title="Changelog",
        ),
        shows="date",
    )


def releases() -> Section:
    """Releases of a project as code hosts list them."""
    site = "https://forge.example"
    titles = ("v3.2.0", "v3.1.4", "v3.1.3", "v3.1.2", "v3.0.0")
    listed = stories(site + "/anna/winch/-/releases/", 5, titles=titles)
    listed = [type(s)(f"{s.url}{s.title}", s.title, s.published, s.author) for s in listed]
    entries = each(
        listed,
        '<section aria-labelledby="hd-{n}"><h2 class="sr-only" id="hd-{n}">{title}</h2><div class="d-flex"><div><a href="/'
        '{writer}">{writer}</a> <relative-time datetime="{iso}">{day}</relative-time></div><div><a href="/anna/winch/-/tree/'
        '{title}">{title}</a><a href="/anna/winch/commit/9f8e7d6c5b4a{n}">9f8e7d6</a></div><div class="Box"><div class='
        '"Box-body"><span class="f1"><a href="{path}" class="Link--primary">{title}</a></span><div class="markdown-body"><ul>'
        '<li>Faster ropes by <a href="/{writer}">@{writer}</a> in <a href="/anna/winch/pull/{n}12">#{n}12</a></li></ul><p>'
        '<strong>Full Changelog</strong>: <a href="/anna/winch/compare/v0...{title}">v0...{title}</a></p></div></div><div>'
        '<details><summary>Assets</summary><a href="/anna/winch/archive/refs/tags/{title}.zip">Source code (zip)</a>'
        "</details></div></div></div></section>",
    )
    return section(
        f"{site}/anna/winch/-/releases",
        listed,
        document(
            '<header><nav><a href="/features/actions">Actions</a></nav></header><main><nav><a href="/anna/winch">Code</a><a '
            'href="/anna/winch/issues">Issues</a></nav><div><h1 class="sr-only">Releases: anna/winch</h1><a href="/anna/winch/'
            f'tags">Tags</a>{entries}<div class="pagination"><a href="/anna/winch/-/releases?page=2">Next</a></div></div></main>'
        ),
        shows="date",
    )


def podcast() -> Section:
    """Episodes with players, their files and shops beside them."""
    site = "https://foghorn.example"
    listed = stories(site + "/episodes/{n}-{slug}", 6)
    episodes = each(
        listed,
        '<div class="episode"><a href="{path}"><img src="/cover{n}.jpg" alt=""></a><div><h3 class="ep-title"><a href="{path}">'
        '{title}</a></h3><p class="ep-meta">{day} · 42 min</p><audio controls src="https://cdn.example/{n}.mp3"></audio><p>'
        '{lead}</p><a href="https://cdn.example/{n}.mp3" download>Download</a> <a href="https://apples.example/podcast/the-'
        'foghorn/id{n}123456">Listen in another shop</a> <a href="{path}#transcript">Transcript</a></div></div>',
    )
    return section(
        f"{site}/episodes/",
        listed,
        document(
            '<header><h1>Foghorn, the podcast of those who wait for ships</h1><a href="/support-us-on-our-way">Support us on '
            f'our way</a></header><div class="episodes">{episodes}</div><footer><a href="/feed/podcast">RSS</a></footer>'
        ),
        shows="date",
    )


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build
    for build in (
        wordpress_classic, wordpress_blocks, wordpress_nothing_found, ghost, substack_archive, medium_publication,
        hugo_dates_and_titles, jekyll_minima, whole_posts, blogger, three_posts_of_a_tag, changelog, releases, podcast,
    )
}  # fmt: skip
