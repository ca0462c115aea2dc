"""What moto does for every request, done faster with the same result."""

import string
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs

import moto.core.responses
import moto.iam.models
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.base_backend import BackendDict
from moto.core.responses import BaseResponse
from moto.core.utils import utcnow
from moto.moto_api._internal.moto_random import MotoRandom
from werkzeug.http import http_date

from simulator.core.context import CloudContext
from simulator.core.repairs import speed
from simulator.moto_speed.light_requests import LightRequest

_MOST_KNOWN: Final = 4096
_SENDERS: Final[dict[tuple[Any, ...], tuple[str, str]]] = {}
# A handler's time stands still while it runs.
_dated = lru_cache(maxsize=64)(http_date)
# What MotoRandom draws from, by the highest byte of what its generator gives for a letter.
_LETTERS: Final = f"{string.ascii_letters}{string.digits}".encode()
_LETTER_OF: Final = bytes((_LETTERS + b"  ")[byte >> 2] for byte in range(256))
_XML_ID: Final = "<RequestId>"
_MISSES: Final = bytes(byte for byte in range(256) if byte >> 2 >= len(_LETTERS))


REPAIRS: Final = (
    speed(
        "moto.core.responses:BaseResponse.setup_class",
        "moto.core.responses:BaseResponse._get_action_from_method_and_request_uri",
        "moto.core.responses:camelcase_to_underscores",
        "moto.core.responses:get_partition",
        "moto.core.responses:urlparse",
        costs="Each request is parsed as a form, with files, and its action is looked for among "
        "all URLs.",
        test="moto_speed/test_direct_calls.py::test_the_short_way_is_answered_like_the_long_one",
    ),
    speed(
        "moto.core.responses:BaseResponse._authenticate_and_authorize_normal_action",
        costs="Each request imports moto's own judge, which is not asked.",
        test="moto_speed/test_direct_calls.py::test_the_short_way_is_answered_like_the_long_one",
    ),
    speed(
        "moto.core.responses:BaseResponse._enrich_response",
        costs="Each answer is searched for the id of an XML document.",
        test="moto_speed/test_direct_calls.py::test_the_short_way_is_answered_like_the_long_one",
    ),
    speed(
        "moto.core.base_backend:BackendDict._create_account_specific_backend",
        costs="Each access to a backend takes a lock and looks through all backends.",
        test="moto_speed/test_direct_calls.py::test_the_short_way_is_answered_like_the_long_one",
    ),
    speed(
        "moto.moto_api._internal.moto_random:MotoRandom.get_random_string",
        costs="Random strings are drawn character by character.",
        test="moto_speed/test_caching.py::test_letters_are_drawn_as_moto_draws_them",
    ),
)


def repair(context: CloudContext) -> None:
    """Replace moto's handling of requests by faster equivalents."""
    patches, responses = context.patches, moto.core.responses
    setup: Callable[..., None] = BaseResponse.setup_class
    create: Callable[[Any, str], None] = BackendDict._create_account_specific_backend
    enrich: Callable[[Any, Any], Any] = BaseResponse._enrich_response
    draw: Callable[..., str] = MotoRandom.get_random_string
    judge: Callable[..., None] = BaseResponse._authenticate_and_authorize_normal_action
    is_in_use = _finder()

    def setup_class(self: Any, request: Any, *given: Any, **named: Any) -> None:
        if isinstance(request, LightRequest) and not self.use_raw_body:
            _set_up(self, request)
        else:
            setup(self, request, *given, **named)

    def authorize(self: Any, resource: str = "*") -> None:
        if ActionAuthenticatorMixin.request_count < settings.INITIAL_NO_AUTH_ACTION_COUNT:
            ActionAuthenticatorMixin.request_count += 1
        else:
            judge(self, resource)

    def enrich_response(headers: dict[str, str], body: Any) -> Any:
        if isinstance(body, str) and _XML_ID not in body:
            return enrich(headers, "")[0], body
        return enrich(headers, body)

    def create_backend(self: Any, account_id: str) -> None:
        in_use: Any = BackendDict
        if account_id not in self.keys() or not is_in_use(self, in_use._instances):
            create(self, account_id)

    def get_random_string(
        self: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False
    ) -> str:
        if lower_case or not include_digits:
            return draw(self, length, include_digits, lower_case)
        return _drawn(self.getrandbits, length)

    patches.set(BaseResponse, "setup_class", setup_class)
    patches.set(BaseResponse, "_authenticate_and_authorize_normal_action", authorize)
    patches.set(BaseResponse, "_enrich_response", staticmethod(enrich_response))
    patches.set(BaseResponse, "_get_action_from_method_and_request_uri", _action_finder())
    patches.set(BackendDict, "_create_account_specific_backend", create_backend)
    patches.set(MotoRandom, "get_random_string", get_random_string)
    for name in ("camelcase_to_underscores", "get_partition", "urlparse"):
        patches.set(responses, name, lru_cache(_MOST_KNOWN)(getattr(responses, name)))


def _finder() -> Callable[[object, list[object]], bool]:
    """Look for a service's backends first where they were last in moto's list."""
    places: dict[int, int] = {}

    def is_in_use(backends: object, instances: list[object]) -> bool:
        place = places.get(id(backends))
        if place is not None and place < len(instances) and instances[place] is backends:
            return True
        for place, each in enumerate(instances):
            if each is backends:
                places[id(backends)] = place
                return True
        return False

    return is_in_use


def _set_up(handler: Any, request: LightRequest) -> None:
    """Take from a request what moto takes, but for forms and files, which there are none of."""
    responses: Any = moto.core.responses
    handler.is_werkzeug_request = False
    handler.normalized_request = request
    handler.uri = request.raw_url
    handler.parsed_url = responses.urlparse(request.raw_url)
    handler.raw_body = request.data
    handler.body = request.data.decode("utf-8")
    handler.form_data = request.form
    query = handler.parsed_url.query
    asked = parse_qs(query, keep_blank_values=True) if query else {}
    # Where there is no query, moto takes the headers for one.
    headers: dict[str, Any] = dict(request.headers.items())
    handler.querystring = handler.data = asked or headers
    handler.path, handler.raw_path = handler.parsed_url.path, request.raw_path
    handler.method = request.method
    handler.headers = request.headers
    handler.region, handler.access_key = region, key = _sender(handler, request)
    handler.partition = responses.get_partition(handler.region)
    handler.uri_match = {}
    handler.response_headers = {"server": "amazon.com", "date": _dated(utcnow())}
    handler.get_access_key = lambda: key
    handler._get_action = _once(handler._get_action)
    if handler.automated_parameter_parsing and handler._get_action():
        handler.parse_parameters(request)
    handler.current_account = handler.get_current_account()
    moto.iam.models.mark_account_as_visited(
        account_id=handler.current_account,
        access_key=key,
        service=handler.service_name,
        region=region,
    )


def _sender(handler: Any, request: LightRequest) -> tuple[str, str]:
    """Return the Region and the access key of a request, both found by expressions."""
    headers = request.headers
    told = headers.get("user-agent", ""), headers.get("authorization", "")
    sender = type(handler), request.raw_url, *told
    if sender not in _SENDERS:
        if len(_SENDERS) >= _MOST_KNOWN:
            _SENDERS.clear()
        region = handler.get_region_from_url(request, request.raw_url)
        _SENDERS[sender] = region, handler.get_access_key()
    return _SENDERS[sender]


def _once(find: Callable[[], str]) -> Callable[[], str]:
    """Find out a request's action when it is first asked for."""
    found: list[str] = []

    def action() -> str:
        if not found:
            found.append(find())
        return found[0]

    return action


def _action_finder() -> Callable[[Any, Any], Any]:
    """Find the action of a URL once; none of the services called so tells two by their headers."""
    find: Callable[[Any, Any], Any] = BaseResponse._get_action_from_method_and_request_uri
    known: dict[tuple[str, str, str], tuple[Any, dict[str, Any]]] = {}

    def find_action(self: Any, request: Any) -> Any:
        if not isinstance(request, LightRequest):
            return find(self, request)
        key = self.boto3_service_name, request.method, request.raw_url
        if key not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[key] = find(self, request), self.uri_match
        action, matched = known[key]
        self.uri_match = dict(matched)
        return action

    return find_action


def _drawn(getrandbits: Callable[[int], int], length: int) -> str:
    """Draw letters as Random.choice does, with the same draws: six bits of 32, until they fit."""
    found = b""
    while left := length - len(found):
        words = getrandbits(32 * left).to_bytes(4 * left, "little")
        found += words[3::4].translate(_LETTER_OF, _MISSES)
    return found.decode()
