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
]


@pytest.mark.parametrize("template", ENDLESS)
def test_what_would_grow_without_end_is_refused(template: str) -> None:
    with pytest.raises(SecurityError):
        sandbox().from_string(template).render()


def test_ordinary_use_is_left_alone() -> None:
    template = (
        '{{ "-" * 72 }}|{{ "%05.1f" % 2.25 }}|{{ "%s of %s" | format(1, 2) }}|{{ "a-b" | replace("-", "+") }}|'
        '{{ "a\nb" | indent(2) }}|{{ [1, 2, 3] | batch(2) | list }}|{{ range(3) | sum }}|{{ 2 ** 10 }}'
    )
    written = sandbox().from_string(template).render()

    assert written == f"{'-' * 72}|002.2|1 of 2|a+b|a\n  b|[[1, 2], [3]]|3|1024"
