"""Sites in other scripts."""

from collections.abc import Callable
from dataclasses import replace

from tests.collect.sections.site import Section, document, each, encoded, section, stories


def arabic_slugs() -> Section:
    """Right to left, addresses of percent-encoded words."""
    site = "https://mina.example"
    titles = ("رافعة ترفع هيكل سفينة لأول مرة", "العبارات تبحر من جديد بعد الصقيع", "خرائط قديمة تحت دار الجمارك", "الصيادون يصوتون على "
              "جدار الميناء", "لماذا توقفت ساعة المد يوم الثلاثاء")  # fmt: skip
    listed = [replace(story, url=encoded(story.url)) for story in stories(site + "/ar/news/{slug}", 5, titles=titles)]
    cards = each(
        listed,
        '<div class="news-card"><a href="{path}" class="thumb"><img src="x" alt=""></a><h3 class="news-card__title"><a href='
        '"{path}">{title}</a></h3><time datetime="{date}">{date}</time></div>',
    )
    menu = "".join(f'<li><a href="/ar/{encoded(word)}">{word}</a></li>' for word in ("الرئيسية", "رياضة", "اقتصاد"))
    return section(
        f"{site}/ar/news", listed, document(f"<div class='menu'><ul>{menu}</ul></div>{cards}", lang="ar", attributes='dir="rtl"'),
        shows="date",
    )  # fmt: skip


def japanese_list() -> Section:
    """Titles without blanks, dates in kanji, ids for addresses."""
    site = "https://minato.example.jp"
    titles = ("クレーンが初めて船体を吊り上げる", "長い霜のあとフェリー再開", "税関の地下から古い地図が見つかる", "漁師たち新しい防波堤に投票", "潮時計はなぜ火曜日に止まったのか",
              "三人の水先人が一隻の小舟を分け合う")  # fmt: skip
    listed = stories(site + "/articles/ASV1{n}4711.html", 6, titles=titles)
    lines = "".join(
        f'<li><a href="/articles/{story.url.rpartition("/")[2]}"><span class="Title">{story.title}</span><span class="Date">'
        f"{story.published:%Y}年{story.published:%m}月{story.published:%d}日</span></a></li>"
        for story in listed if story.published
    )  # fmt: skip
    body = (
        f'<div class="Header"><a href="/national/">社会</a><a href="/business/">経済</a></div><div class="ListBlock"><h2>港の最新ニュース'
        f'</h2><ul class="List">{lines}</ul><a href="/harbor/list2.html">もっと見る</a></div><div class="Rank"><a href="/ranking/">'
        "ランキング一覧を見る</a></div>"
    )
    return section(f"{site}/harbor/", listed, document(body, lang="ja"), shows="date")


def russian_feed() -> Section:
    """Windows-1251, dates in the address, times beside the titles."""
    site = "https://gavan.example"
    titles = ("Кран впервые поднял корпус судна", "Паромы снова ходят после мороза", "Под таможней нашли старые карты", "Рыбаки "
              "голосуют за новый мол", "Почему остановились часы прилива")  # fmt: skip
    listed = stories(site + "/news/{y}/{m}/{d}/47{n}.html", 5, titles=titles)
    lines = each(
        listed, '<div class="lenta_item"><span class="time">08:00</span> <a href="{path}"><b>{title}</b></a></div>'
    )
    html = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><title>Новости</title></head><body>'
        f'<div class="top"><a href="/sport/">Спорт</a> <a href="/o-redakcii-i-avtorah/">О редакции и авторах этого сайта</a></div>'
        f'<div class="lenta">{lines}</div></body></html>'
    )
    made = section(f"{site}/news/", listed, html)
    return replace(made, html=html.encode("windows-1251"))


def chinese_portal() -> Section:
    """A bare list with dates in brackets, as offices publish it."""
    site = "http://www.gangkou.example.cn"
    titles = (
        "起重机首次吊起船体",
        "长霜之后渡轮恢复航行",
        "海关大楼下发现旧地图",
        "渔民就新防波堤投票",
        "潮汐钟为何在周二停摆",
        "外防波堤疏浚工程开工",
    )
    listed = stories(site + "/xwzx/tzgg/{y}{m}/t{y}{m}{d}_47{n}11.html", 6, titles=titles)
    lines = each(listed, '<li><span>[{date}]</span><a href="{url}" target="_blank" title="{title}">{title}</a></li>')
    body = (
        f'<div class="nav"><a href="/xxgk/">信息公开</a><a href="/xwzx/">新闻中心</a></div><div class="list"><ul>{lines}</ul></div><div '
        'class="page"><a href="index_1.html">下一页</a></div><div class="bottom"><a href="/gywm/lxwm/">联系我们</a></div>'
    )
    return section(f"{site}/xwzx/tzgg/", listed, document(body, lang="zh"), shows="date")


PAGES: dict[str, Callable[[], Section]] = {
    build.__name__: build for build in (arabic_slugs, japanese_list, russian_feed, chinese_portal)
}
