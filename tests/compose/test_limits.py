"""A slip in a template is told; it does not fill the memory."""

import pytest
from jinja2.exceptions import SecurityError

from digest.compose.environment import sandbox

ENDLESS = [
    '{{ "a" * 10**9 }}',
    "{{ [1] * 10**9 }}",
    "{{ 10 ** 1000000 }}",
    '{{ "%1000000000d" % 1 }}',
    '{{ "%*d" % (1000000000, 1) }}',
    '{{ "%1000000000d" | format(1) }}',
    '{{ "x" | indent(1000000000) }}',
    '{{ "x" | indent(width=1000000000) }}',
    '{{ [1] | batch(1000000000, "x") | list }}',
    "{{ [1] | slice(1000000000) | list }}",
    '{{ {"a": [1]} | tojson(1000000000) }}',
    '{{ "x" | replace("", "y" * 90000) | replace("", "y" * 90000) }}',
    "{% for i in range(1000000000) %}{% endfor %}",
    '{{ "%(a)50000000s" % {"a": 1} }}',
    '{{ "%(a(b)c)50000000s" % {"a(b)c": 1} }}',
    '{{ "%(a)50000000s" | format(a=1) }}',
    '{{ ("%(a)s" * 1000) | format(a="x" * 100000) }}',
    '{{ ("%999d" * 9999) | format(*range(9999)) }}',
    '{{ "{:>50000000}".format(1) }}',
    '{{ ("a" * 10000).replace("a", "b" * 10000) }}',
    '{{ ("b" * 10000).join("a" * 10000) }}',
    '{{ "a".encode().ljust(50000000) }}',
    '{{ (1).to_bytes(50000000, "big") }}',
    '{{ ("a" * 100).translate({97: "b" * 100000}) }}',
    '{{ ("a\n" * 10000) | indent(1000) }}',
    '{{ ("a\n" * 10000) | indent("x" * 10000) }}',
    '{{ ("a " * 10000) | wordwrap(1, wrapstring="x" * 10000) }}',
    "{{ ([[1] * 1000] * 1000) | sum(start=[]) }}",
    "{{ ([[1] * 10000] * 1000) | join }}",
    '{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice(twice(twice(twice(twice("a" * 100000))))) }}',
    "{% set ns = namespace(x=9 ** 60) %}{% for i in range(40) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{{ ((9 ** 64) ** 64) ** 64 }}",
]


@pytest.mark.parametrize("template", ENDLESS)
def test_what_would_grow_without_end_is_refused(template: str) -> None:
    with pytest.raises(SecurityError):
        sandbox().from_string(template).render()


def test_ordinary_use_is_left_alone() -> None:
    template = (
        '{{ "-" * 72 }}|{{ "%05.1f" % 2.25 }}|{{ "%s of %s" | format(1, 2) }}|{{ "a-b" | replace("-", "+") }}|'
        '{{ "a\nb" | indent(2) }}|{{ [1, 2, 3] | batch(2) | list }}|{{ range(3) | sum }}|{{ 2 ** 10 }}|'
        '{{ "%(part)s (of %(whole)3d) in 2025" % {"part": 1, "whole": 20} }}|{{ "a b".replace(" ", "-") }}|'
        '{{ ", ".join(["a", "b"]) }}|{{ [1, "b"] | join("-") }}|{{ "a bb" | wordwrap(2, wrapstring="/") }}|'
        '{{ [{"n": 2}, {"n": 3}] | sum(attribute="n") }}|{{ [{"n": 2}] | join(attribute="n") }}|{{ "a" | upper }}'
    )
    written = sandbox().from_string(template).render()

    assert (
        written == f"{'-' * 72}|002.2|1 of 2|a+b|a\n  b|[[1, 2], [3]]|3|1024|1 (of  20) in 2025|a-b|a, b|1-b|a/bb|5|2|A"
    )
