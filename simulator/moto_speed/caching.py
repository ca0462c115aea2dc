"""Caches of what moto and botocore compute again for every call."""

import copy
import marshal
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from types import FunctionType
from typing import Any, Final
from weakref import WeakKeyDictionary

import botocore.client
import botocore.hooks
import botocore.regions
import botocore.session
import botocore.useragent
import moto.core.responses
import moto.core.utils
from botocore.hooks import EVENT_ALIASES, EventAliaser
from moto.core.base_backend import BaseBackend
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
)
from moto.stepfunctions.parser.asl.eval import environment, states
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.asl.utils import json_path

from simulator.core.context import CloudContext
from simulator.core.repairs import speed
from simulator.virtual_time.threads import Overlay

_LEAVES: Final = frozenset({str, int, float, bool, type(None)})
_MOST_NAMES: Final = 4096
_EVENT_NAMES: Final[dict[str, str]] = {}
_HOOKS: Final[WeakKeyDictionary[FunctionType, Any]] = WeakKeyDictionary()
"""What the clouds of a process share: names of events, and whether hooks accept all arguments."""


REPAIRS: Final = (
    speed(
        "moto.core.responses:method_names_from_class",
        costs="The methods of a handler's class are sorted out for every request.",
        test="moto_speed/test_caching.py::test_a_handlers_methods_are_sorted_out_once",
    ),
    speed(
        "moto.stepfunctions.parser.asl.component.common.path.result_path:parse",
        "moto.stepfunctions.parser.asl.utils.json_path:parse",
        costs="jsonpath_ng builds its grammar again for every path.",
        test="moto_speed/test_caching.py::test_a_path_is_parsed_once",
    ),
    speed(
        "botocore.useragent:sanitize_user_agent_string_component",
        costs="botocore cleans the parts of a user agent character by character for each client.",
        test="moto_speed/test_caching.py::test_a_part_of_a_user_agent_is_cleaned_once",
    ),
    speed(
        "botocore.client:ServiceModel",
        "botocore.regions:EndpointProvider",
        costs="botocore builds the model of a service again for each of its clients.",
        test="moto_speed/test_caching.py::"
        "test_the_clients_of_a_service_share_what_is_made_of_its_description",
    ),
    speed(
        "botocore.hooks:EventAliaser._alias_event_name",
        "botocore.hooks:accepts_kwargs",
        costs="Each session compares the names of 120 hooks with those that services had, and "
        "inspects the hooks.",
        test="moto_speed/test_caching.py::test_the_hooks_of_a_session_are_looked_at_once",
    ),
    speed(
        "moto.core.utils:create_loader",
        "botocore.session:create_loader",
        costs="Each session, and moto for each service, searches the folders of all services.",
        test="moto_speed/test_caching.py::test_the_models_of_services_are_looked_for_once",
    ),
    speed(
        "moto.core.base_backend:BaseBackend.urls",
        costs="The URLs of a backend are put together for every request.",
        test="moto_speed/test_caching.py::test_urls_are_those_of_the_backend",
    ),
    speed(
        "moto.stepfunctions.parser.*:copy",
        costs="JSON is copied by deepcopy, which looks at each value as at any object.",
        test="moto_speed/test_caching.py::test_the_interpreter_copies_so",
    ),
)


def repair(context: CloudContext) -> None:
    """Cache what can't change during the life of a cloud, and copy JSON as JSON."""
    patches = context.patches
    for module, name in (
        # The methods of a handler's class, which moto sorts out for every request.
        (moto.core.responses, "method_names_from_class"),
        # Paths, whose grammar jsonpath_ng builds again for each of them.
        (result_path, "parse"),
        (json_path, "parse"),
        # The parts of a user agent, letter by letter.
        (botocore.useragent, "sanitize_user_agent_string_component"),
    ):
        patches.set(module, name, lru_cache(maxsize=4096)(getattr(module, name)))
    # What is made of a service's description, for each of its clients.
    for module, name in (
        (botocore.client, "ServiceModel"),
        (botocore.regions, "EndpointProvider"),
    ):
        patches.set(module, name, _made_once(getattr(module, name)))
    for module in (moto.core.utils, botocore.session):
        patches.set(module, "create_loader", lru_cache(module.create_loader))
    aliaser: Any = EventAliaser
    patches.set(aliaser, "_alias_event_name", _aliased(aliaser._alias_event_name))
    patches.set(botocore.hooks, "accepts_kwargs", _inspected_once(botocore.hooks.accepts_kwargs))
    patches.set(BaseBackend, "urls", property(_urls(BaseBackend.__dict__["urls"].fget)))
    copying = (states, result_path, state_task_service, event_manager, environment, execute_state)
    for module in copying:
        patches.set(module, "copy", Overlay(copy, deepcopy=copied))


def copied(value: Any) -> Any:
    """Copy a value as deepcopy does, sooner where it is JSON."""
    kind = type(value)
    if kind in _LEAVES:
        return value
    if kind is dict or kind is list:
        try:
            return marshal.loads(marshal.dumps(value))
        except ValueError:
            # It holds something else than JSON.
            pass
    return _copied(value)


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind in _LEAVES:
        return value
    if kind is dict:
        return {
            key: item if type(item) in _LEAVES else _copied(item) for key, item in value.items()
        }
    if kind is list:
        return [_copied(item) for item in value]
    if isinstance(value, Enum):
        return value
    if kind is ProgramRunning:
        # It holds two names.
        return copy.copy(value)
    return copy.deepcopy(value)


def _made_once(make: Any) -> Callable[..., Any]:
    """Make a thing once of the same documents; each session of a cloud loads its own."""
    known: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def made(*documents: Any, **more: Any) -> Any:
        parts = (*documents, *more.values())
        key = tuple(part if isinstance(part, (str, frozenset)) else id(part) for part in parts)
        if key not in known:
            # The documents are kept too, so that no other one gets the id of one of them.
            known[key] = parts, make(*documents, **more)
        return known[key][1]

    return made


def _aliased(find: Callable[[Any, str], str]) -> Callable[[Any, str], str]:
    """Keep the names that events have now; all sessions have the same aliases but for others'."""
    known = _EVENT_NAMES

    def alias_event_name(aliaser: Any, name: str) -> str:
        if aliaser._event_aliases is not EVENT_ALIASES:
            return find(aliaser, name)
        if name not in known:
            if len(known) >= _MOST_NAMES:
                known.clear()
            known[name] = find(aliaser, name)
        return known[name]

    return alias_event_name


def _inspected_once(inspect: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Keep what is found out about functions; a method is another object each time."""
    known = _HOOKS

    def accepts_kwargs(hook: Any) -> Any:
        if type(hook) is not FunctionType:
            return inspect(hook)
        if hook not in known:
            known[hook] = inspect(hook)
        return known[hook]

    return accepts_kwargs


def _urls(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Keep the URLs of each kind of backend, for as long as a cloud lives.

    S3's depend on variables of the process, for which moto reads their module again each time.
    """
    known: dict[type, Any] = {}

    def urls(backend: Any) -> Any:
        kind = type(backend)
        if kind not in known:
            known[kind] = make(backend)
        return known[kind]

    return urls
