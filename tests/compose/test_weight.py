"""What the bytes of an e-mail are spent on."""

from digest.compose.weight import spent

HTML = (
    '<!doctype html><style type="text/css">p { margin: 0 }</style><!--[if mso]><b>x</b><![endif]-->'
    '<p style="color: red" class="a">Größe</p><a href="https://news.example/">more</a>'
)


def test_the_parts_sum_up_to_the_size() -> None:
    parts = spent(HTML)
    assert sum(parts.values()) == len(HTML.encode())
    assert parts["words"] == len("Größemore".encode())
    assert parts["style attributes"] == len(' style="color: red"')
    assert parts["addresses of links and pictures"] == len(' href="https://news.example/"')
    assert parts["comments that only Outlook reads"] == len("<!--[if mso]><b>x</b><![endif]-->")
    assert parts["<style>"] == len('<style type="text/css">p { margin: 0 }</style>')


def test_the_most_comes_first() -> None:
    assert list(spent(HTML).values()) == sorted(spent(HTML).values(), reverse=True)
