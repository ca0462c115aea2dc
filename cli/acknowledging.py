"""The findings that a command's request acknowledges: `--acknowledge CODE`."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from cli.environment import RefusedError
from cli.requests import is_plan, with_fields
from tools.suggestions import suggestion
from vifshift.plan.planning import findings as plan_findings
from vifshift.preflight.checks import OVERRIDABLE

OPTION: Final = "--acknowledge"
_FIELD: Final = "acknowledge"


def acknowledging(request: JsonValue, codes: Sequence[str] | None) -> JsonValue:
    """Return a request that acknowledges these codes besides those that it does already.

    Raises `RefusedError` for a code that no finding has, or that can't be acknowledged.
    """
    if not codes:
        return request
    known = OVERRIDABLE | plan_findings.OVERRIDABLE if is_plan(request) else OVERRIDABLE
    for code in codes:
        if code not in known:
            raise RefusedError(_refusal(code, known, is_plan=is_plan(request)))
    inner = request.get("request", request) if isinstance(request, dict) else request
    earlier = inner.get(_FIELD, []) if isinstance(inner, dict) else []
    if not isinstance(earlier, list):
        raise RefusedError(f"{_FIELD} of the request is no list of codes.")
    more = [each for each in dict.fromkeys(codes) if each not in earlier]
    return with_fields(request, {_FIELD: [*earlier, *more]})


def acknowledgeable(codes: Iterable[str]) -> list[str]:
    """Return those of the codes that can be acknowledged, each once."""
    known = OVERRIDABLE | plan_findings.OVERRIDABLE
    return [each for each in dict.fromkeys(codes) if each in known]


def as_options(codes: Iterable[str]) -> str:
    """Return the options that acknowledge these codes."""
    return " ".join(f"{OPTION} {each}" for each in codes)


def _refusal(code: str, known: Collection[str], *, is_plan: bool) -> str:
    whole = "a plan" if is_plan else "a migration"
    near = suggestion(code.upper().replace("-", "_"), known)
    allowed = near or f"; {whole} can acknowledge {', '.join(sorted(known))}."
    return f"{OPTION} {code}: is no finding of {whole} that can be acknowledged{allowed}"
