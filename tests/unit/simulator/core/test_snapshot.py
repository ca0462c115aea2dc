"""What is remembered is put back into the same objects."""

import builtins
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any, ClassVar

import pytest

from simulator.core.snapshot import Snapshot


class Box:
    items: list[int]
    inner: Any
    more: Any
    known: ClassVar[dict[str, int]] = {"one": 1}

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


def remember(*roots: object) -> Snapshot:
    return Snapshot(roots, lambda item: item is Box or isinstance(item, (Box, FunctionType)))


@pytest.mark.parametrize(
    ("made", "change"),
    [
        (lambda: {"a": 1}, lambda it: it.update(b=2)),
        (lambda: OrderedDict(a=1, b=2), lambda it: it.move_to_end("a")),
        (lambda: defaultdict(list, a=[1]), lambda it: it["b"]),
        (lambda: [1, 2], lambda it: it.reverse()),
        (lambda: deque([1, 2]), lambda it: it.popleft()),
        (lambda: {1, 2}, lambda it: it.add(3)),
        (lambda: {"a": [{"b": (1, [2])}]}, lambda it: it["a"][0]["b"][1].append(3)),
    ],
)
def test_containers_are_put_back(made: Callable[[], Any], change: Callable[[Any], object]) -> None:
    item = made()
    memory = remember(item)
    change(item)
    assert repr(item) != repr(made())

    memory.restore()

    assert repr(item) == repr(made())


def test_objects_keep_who_they_are_and_get_back_what_they_held() -> None:
    inner = Box(items=[1])
    outer = Box(inner=inner)
    memory = remember(outer)
    inner.items.append(2)
    outer.inner, outer.more = None, "more"

    memory.restore()

    assert vars(outer) == {"inner": inner}
    assert inner.items == [1]


def test_what_is_not_entered_is_left_alone() -> None:
    class Other:
        items: ClassVar[list[int]] = []

    other = Other()
    memory = remember([other, Other])
    other.items.append(1)
    vars(other)["more"] = 1

    memory.restore()

    assert (other.items, vars(other)) == ([1], {"more": 1})


def test_a_class_gets_its_own_attributes_back() -> None:
    memory = remember(Box)
    Box.known["two"] = 2
    Box.known, known = {}, Box.known
    Box.more = 1

    memory.restore()

    assert Box.known is known
    assert Box.known == {"one": 1}
    assert not hasattr(Box, "more")


def test_functions_get_back_what_they_close_over_and_default_to() -> None:
    def counter() -> Callable[[], tuple[int, int]]:
        count = 0

        def counted(seen: list[int] = []) -> tuple[int, int]:  # noqa: B006
            nonlocal count
            count += 1
            seen.append(count)
            return count, len(seen)

        return counted

    counted = counter()
    counted()
    memory = remember(counted)
    counted()

    memory.restore()

    assert counted() == (2, 2)


def test_a_cache_begins_empty() -> None:
    asked = []

    @lru_cache
    def answer(question: str) -> str:
        asked.append(question)
        return question

    memory = remember({"answer": answer})
    answer("why")

    memory.restore()

    answer("why")
    assert asked == ["why"]
    assert answer.cache_info().misses == 1


def test_one_memory_puts_back_any_number_of_times_and_what_refers_to_itself() -> None:
    item: dict[str, Any] = {}
    item["self"] = item
    memory = remember(item)

    for _ in range(2):
        item.clear()
        memory.restore()
        assert item["self"] is item


def test_the_built_in_names_are_nobodys_content() -> None:
    memory = remember({"__builtins__": vars(builtins)})
    vars(builtins)["put_there_meanwhile"] = 1

    memory.restore()

    assert vars(builtins).pop("put_there_meanwhile") == 1
