"""Templates cannot leave their folder, their sandbox, or fill the memory by a slip."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digest.compose import render
from digest.errors import TemplateError
from tests.compose.conftest import PAGE, MakeEntry, MakeIssue, WriteTheme

RenderText = Callable[[str], str]


def told(render_it: RenderText, text: str) -> str:
    with pytest.raises(TemplateError) as caught:
        render_it(text)
    return str(caught.value)


@pytest.fixture
def render_text(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> RenderText:
    """Renders a text template that holds just what is given."""
    return lambda text: render(issue(entry()), theme({"text.txt": text})).text


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ issue.__class__ }}",
        "{{ issue.__init__.__globals__ }}",
        "{{ sections.append(1) }}",
        "{{ light.update(ink='x') }}",
        "{{ light.clear() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ _.__globals__ }}",
        "{{ '{0.__class__}'.format(issue) }}",
        "{{ range(100000000) | list }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 1000000000 * 'a' }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 99999999 }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' % (1000000000, 1) }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = '%s%s' % (ns.x, ns.x) %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = _('%(a)s%(a)s', a=ns.x) %}{% endfor %}",
        "{{ ([0] * 90000) | join('a' * 90000) }}",
        "{{ _('%(a)50000000s', a=1) }}",
        "{{ ngettext('%(a)50000000s', '%(a)50000000s', 2, a=1) }}",
        "{% trans a='x' * 99999 %}" + "{{ a }}" * 12 + "{% endtrans %}",
        "{{ ('a ' * 10000) | wrap(1, 'x' * 10000) }}",
        "{% for i in range(9999) %}{% for j in range(9999) if j == i %}{% endfor %}{% endfor %}",
    ],
)
def test_what_a_template_must_not_do_is_told_with_its_line(render_text: RenderText, text: str) -> None:
    assert "mine/text.txt:2: " in told(render_text, "first\n" + text)


def test_loops_and_texts_that_are_counted_work_as_before(render_text: RenderText) -> None:
    text = (
        "{% for a in ['x', 'y'] %}{{ loop.index }}/{{ loop.length }}{{ a }}{{ ',' if not loop.last }}{% endfor %}|"
        "{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% else %}none{% endfor %}|"
        "{% for a in [] %}{% else %}none{% endfor %}|"
        "{% set a %}b{{ 1 }}{% endset %}{{ a ~ 2 ~ 'c' }}|"
        "{% set b | upper %}d{% endset %}{{ b + 'e' }}|{{ [1, 2] | join('-') }}|"
        "{% for a in [1, 2, 3] if a > 1 %}{{ a }}{% endfor %}|"
        "{% for a in [[1, [2]]] recursive %}{{ loop.depth }}{% endfor %}"
    )
    assert render_text(text) == "1/2x,2/2y|a1|none|b12c|De|1-2|23|1\n"


def test_output_without_end_is_stopped(render_text: RenderText) -> None:
    endless = "{% for a in range(9999) %}{% for b in range(9999) %}xxxxxxxxxx{% endfor %}{% endfor %}"
    assert "writes more than 4,000,000 characters" in told(render_text, endless)


@pytest.mark.parametrize("text", ["{{ 'a' | center(1000000000) }}", "{{ lipsum(100000) }}", "{{ {} | pprint }}"])
def test_filters_and_functions_with_traps_are_not_there(render_text: RenderText, text: str) -> None:
    assert "text.txt" in told(render_text, text)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../secret.txt", "sub/../../secret.txt", "builtin/../../../secret.txt"]
)
def test_a_file_outside_the_theme_is_not_read(render_text: RenderText, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    said = told(render_text, f'{{% include "{name}" %}}')
    assert "hunter2" not in said
    assert "text.txt:1" in said


def test_a_link_out_of_the_folder_is_not_followed(theme: WriteTheme, issue: MakeIssue, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    settings = theme({"text.txt": '{% include "link.txt" %}'})
    assert settings.theme.dir is not None
    (settings.theme.dir / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(TemplateError, match="is a link that leads out of the theme"):
        render(issue(), settings)


def test_everything_is_escaped_in_mjml_and_nothing_in_text(
    theme: WriteTheme, issue: MakeIssue, entry: MakeEntry
) -> None:
    rendered = render(issue(entry("<b> & \"q\" {{ 7 * 7 }} {% raw %} 'r'")), theme())
    assert "&lt;b&gt; &amp; &#34;q&#34; {{ 7 * 7 }} {% raw %} &#39;r&#39;</a>" in rendered.html
    assert "<b> & \"q\" {{ 7 * 7 }} {% raw %} 'r'\n" in rendered.text


def test_a_template_in_another_encoding_is_told(theme: WriteTheme, issue: MakeIssue) -> None:
    settings = theme()
    assert settings.theme.dir is not None
    (settings.theme.dir / "text.txt").write_bytes("Grüße".encode("latin-1"))
    with pytest.raises(TemplateError, match="is not in UTF-8"):
        render(issue(), settings)


def test_a_template_may_begin_with_a_byte_order_mark(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> None:
    rendered = render(issue(entry()), theme({"email.mjml": "\ufeff" + PAGE}))
    assert "\ufeff" not in rendered.html


def test_a_file_too_large_to_be_a_template_is_refused(theme: WriteTheme, issue: MakeIssue) -> None:
    with pytest.raises(TemplateError, match="larger than 1 MB"):
        render(issue(), theme({"text.txt": "a" * 1_000_001}))
