"""What is remembered between calls is what moto and botocore would find again."""

import copy
import gc
import inspect
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import botocore.session
import botocore.useragent
import moto.core.utils
import pytest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EventAliaser, HierarchicalEmitter
from moto.core import responses
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.moto_api._internal.moto_random import MotoRandom
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.eval import states

from simulator.cloud import Cloud
from simulator.moto_speed import garbage
from simulator.moto_speed.caching import copied


def test_a_handlers_methods_are_sorted_out_once() -> None:
    module: Any = responses
    kind = responses.BaseResponse
    with Cloud():
        found = module.method_names_from_class(kind)

        assert found == method_names_from_class(kind)
        assert module.method_names_from_class(kind) is found


def test_urls_are_those_of_the_backend() -> None:
    plain = DynamoDBBackend("eu-central-1", "111122223333").urls
    with Cloud():
        backend: Any = dynamodb_backends["111122223333"]["eu-central-1"]

        assert backend.urls == plain
        assert backend.urls is backend.urls


def test_the_clients_of_a_service_share_what_is_made_of_its_description() -> None:
    with Cloud() as cloud:
        one, other = (boto3.client("sqs", region_name="eu-central-1") for _ in range(2))

        assert one.meta.service_model is other.meta.service_model
        assert one.meta.service_model is not cloud.client("sns").meta.service_model


def test_the_hooks_of_a_session_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [event for event, *_ in BUILTIN_HANDLERS]
    aliaser: Any = EventAliaser
    plain = [aliaser(None)._alias_event_name(name) for name in names]
    looked_at: list[Any] = []
    look = inspect.getfullargspec

    def spy(hook: Any) -> Any:
        looked_at.append(hook)
        return look(hook)

    with Cloud():
        assert [aliaser(None)._alias_event_name(name) for name in names] == plain
        assert aliaser(None, {"sqs": "queue"})._alias_event_name("a.sqs") == "a.queue"

        botocore.session.Session()
        monkeypatch.setattr(inspect, "getfullargspec", spy)
        botocore.session.Session()

        # A library may give each session a hook of its own.
        own = {hook for _, hook, *_ in BUILTIN_HANDLERS}
        assert not [hook for hook in looked_at if inspect.isfunction(hook) and hook in own]
        emitter = HierarchicalEmitter()
        with pytest.raises(ValueError):
            emitter.register("an-event", lambda model: None)


def test_a_path_is_parsed_once() -> None:
    module: Any = result_path
    with Cloud():
        path = module.parse("$.a.b")

        assert path is module.parse("$.a.b")
        assert path.update_or_create({"a": {}}, 1) == {"a": {"b": 1}}
        assert path.update_or_create({}, 2) == {"a": {"b": 2}}


def test_a_part_of_a_user_agent_is_cleaned_once() -> None:
    clean = botocore.useragent.sanitize_user_agent_string_component
    with Cloud():
        cached = botocore.useragent.sanitize_user_agent_string_component

        assert cached is not clean
        for allowed in (True, False):
            assert cached("a b#c/d", allowed) == clean("a b#c/d", allowed)


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 1.5, "x", None, True, {"b": []}]},
        [],
        "text",
        ({"in": ["a tuple"]},),
        {"set": {1, 2}},
    ],
)
def test_a_copy_is_a_deep_one(value: Any) -> None:
    made = copied(value)

    assert made == value
    assert type(made) is type(value)
    if isinstance(value, dict):
        assert made is not value
        for key, item in value.items():
            assert made[key] is not item or item is copy.deepcopy(item)


def test_the_interpreter_copies_so() -> None:
    with Cloud():
        module: Any = states
        assert module.copy.deepcopy is copied
        assert module.copy.copy is copy.copy
    assert module.copy is copy


@pytest.mark.parametrize("length", [0, 1, 20, 52])
def test_letters_are_drawn_as_moto_draws_them(length: int) -> None:
    def drawn() -> list[tuple[str, object]]:
        sources = [MotoRandom(seed) for seed in range(50)]
        return [(source.get_random_string(length), source.getstate()) for source in sources]

    expected = drawn()
    with Cloud():
        assert drawn() == expected


@pytest.fixture
def nothing_frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Garbage collection as in a process that has frozen nothing."""
    monkeypatch.setattr(garbage, "_FROZEN_FOR_GOOD", [])
    gc.unfreeze()
    yield
    gc.freeze()


def frozen_while_it_runs() -> tuple[tuple[int, int, int], int]:
    """Return the thresholds and the number of frozen objects while a cloud runs."""
    seen: list[Any] = []
    with Cloud() as cloud:
        cloud.clock.call_later(1, lambda: seen.append((gc.get_threshold(), gc.get_freeze_count())))
        cloud.run_until_idle(timedelta(seconds=2))
    [(threshold, frozen)] = seen
    return threshold, frozen


@pytest.mark.usefixtures("nothing_frozen")
def test_garbage_is_collected_seldom_while_a_cloud_runs() -> None:
    before = gc.get_threshold()

    threshold, frozen = frozen_while_it_runs()

    assert threshold > before
    assert frozen > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_what_a_process_has_frozen_stays_so() -> None:
    gc.freeze()

    _, frozen = frozen_while_it_runs()

    assert frozen > 0
    assert gc.get_freeze_count() > 0


def test_the_models_of_services_are_looked_for_once() -> None:
    modules: tuple[Any, ...] = (moto.core.utils, botocore.session)
    with Cloud():
        for module in modules:
            assert module.create_loader() is module.create_loader()
            assert module.create_loader().list_available_services("service-2")
