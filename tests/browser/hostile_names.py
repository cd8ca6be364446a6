"""Patch codes that would do harm where text is taken for a template, markup or a script."""

HOSTILE = [
    "{{ 7*7 }}",
    "{% bad",
    "<img src=x onerror=\"window.ran = 'img'\">",
    "${window.ran = 'dollar'}",
]
