"""The templates of all pages, which load no other file and run no script."""

import re
from enum import StrEnum
from typing import Any, Final

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

from vifshift.domain.state_words import doing
from vifshift.domain.time_spans import local_span
from vifshift.reports.base import words

MOST_OPEN_ROWS = 40
"""Longer tables are collapsed at first on a screen."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""Characters that are invisible, but change how the text around them is shown, or are not text."""

PACKAGES = ("base", "migration", "overview", "plan")
"""The packages with templates; a template's name begins with that of its package."""


def visible(value: Any) -> Any:
    """Return a value with invisible characters replaced by their codes, such as `[U+202E]`.

    Text that reverses the direction of what follows could otherwise pose as another text, and HTML
    does not allow NUL.
    """
    if type(value) is not str and not isinstance(value, StrEnum):
        return value
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(value))


def _doing(names: str) -> str:
    """Return what states do that are named as one."""
    return " and ".join(dict.fromkeys(map(doing, names.split(" and "))))


def _environment() -> Environment:
    environment = Environment(
        loader=PrefixLoader({name: PackageLoader(f"vifshift.reports.{name}") for name in PACKAGES}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        stamp=words.stamp,
        clock=words.clock,
        doing=_doing,
        iso=words.iso,
        lasting=words.lasting,
        percent=lambda share: f"{share:.4f}%",
    )
    environment.globals.update(
        offset=words.offset, most_open_rows=MOST_OPEN_ROWS, local_span=local_span
    )
    return environment


TEMPLATES: Final = _environment()
"""The templates of all pages; each is compiled once, and kept while the Lambda is warm."""
