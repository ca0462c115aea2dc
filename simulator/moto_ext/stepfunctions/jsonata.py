"""JSONata as Step Functions has it, evaluated by jsonata-python."""

import hashlib
import json
import math
import random as random_module
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random
from typing import Any, Final
from uuid import UUID

from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

UNDEFINED: Final = object()
_RANGE_LIMIT: Final = 1000
_LAST_DRAWN: Final = 100
_PLAIN_FLOATS_BELOW: Final = 1e21
_LEAVES: Final = frozenset({str, bool, int, type(None)})
_DIGESTS: Final = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
# Jsonata objects keep state while they evaluate, and are shared by text.
_EVALUATING = threading.RLock()


class JsonataError(Exception):
    """An expression that can't be parsed or evaluated."""


class JsonataFunctions:
    """Step Functions' own functions; AWS's page "Transforming data with JSONata".

    `drawn` are the last numbers of $random, but for those that a seed gives.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self.drawn = deque[float](maxlen=_LAST_DRAWN)
        self.bindings: Mapping[str, Any] = {
            name: Jsonata.JLambda(function)
            for name, function in {
                "partition": self.partition,
                "range": self.range,
                "hash": self.hash,
                "random": self.random,
                "uuid": self.uuid,
                "parse": self.parse,
                "eval": self.eval,
            }.items()
        }

    @staticmethod
    def partition(array: Any = None, size: Any = None) -> Any:
        """Cut an array into pieces of a size."""
        if array is None:
            return None
        items = array if isinstance(array, list) else [array]
        length = _integer("$partition", size)
        if length < 1:
            raise JsonataError(f"$partition needs a positive size, not {length}")
        pieces = [list(items[at : at + length]) for at in range(0, len(items), length)]
        return _sequence(pieces)

    @staticmethod
    def range(first: Any = None, last: Any = None, step: Any = None) -> Any:
        """List the numbers from first to last, both included."""
        start, end, by = (_integer("$range", value) for value in (first, last, step))
        if by == 0:
            raise JsonataError("$range needs a step other than 0")
        numbers = list(range(start, end + (1 if by > 0 else -1), by))
        if len(numbers) > _RANGE_LIMIT:
            raise JsonataError(f"$range makes at most {_RANGE_LIMIT} numbers")
        return _sequence(numbers)

    @staticmethod
    def hash(data: Any = None, algorithm: Any = None) -> str | None:
        """Return the digest of a string, in hexadecimal."""
        if data is None:
            return None
        if algorithm not in _DIGESTS:
            raise JsonataError(f"$hash knows {', '.join(_DIGESTS)}, not {algorithm}")
        text = data if isinstance(data, str) else json.dumps(plain(data), separators=(",", ":"))
        return hashlib.new(_DIGESTS[algorithm], text.encode()).hexdigest()

    def random(self, seed: Any = None) -> float:
        """Return a number from 0 to below 1."""
        if seed is None:
            self.drawn.append(self._random.random())
            return self.drawn[-1]
        return random_module.Random(_integer("$random", seed)).random()

    def uuid(self) -> str:
        """Return a version 4 UUID."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    @staticmethod
    def parse(text: Any = None) -> Any:
        """Parse a JSON string."""
        if text is None:
            return None
        try:
            value = json.loads(text)
        except (TypeError, ValueError) as error:
            raise JsonataError(f"$parse can't read {text!r} as JSON") from error
        return Utils.NULL_VALUE if value is None else value

    @staticmethod
    def eval(*_: Any) -> Any:
        """Refuse: Step Functions has no $eval."""
        raise JsonataError("$eval is not supported by Step Functions")


def evaluate(expression: str, bindings: Mapping[str, Any]) -> Any:
    """Evaluate an expression; the answer is plain JSON data, or UNDEFINED."""
    with _EVALUATING:
        try:
            compiled = _compiled(expression)
            # The library finds the running expression through its thread.
            Jsonata.CURRENT.jsonata = compiled
            result = compiled.evaluate(None, bindings)
        except JsonataError:
            raise
        except Exception as error:
            raise JsonataError(str(error) or type(error).__name__) from error
        return UNDEFINED if result is None else plain(result)


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Jsonata:
    compiled = Jsonata(expression)
    # Otherwise null and undefined would look the same.
    compiled.set_output_convert_nulls(False)
    return compiled


def plain(value: Any) -> Any:
    """Turn the library's values into those of the json module, whole floats into integers."""
    kind = type(value)
    if kind in _LEAVES:
        return value
    if kind is dict:
        return {key: item if type(item) in _LEAVES else plain(item) for key, item in value.items()}
    if value is Utils.NULL_VALUE:
        return None
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if math.isnan(value) or math.isinf(value):
            raise JsonataError("A number is out of range")
        return int(value) if value.is_integer() and abs(value) < _PLAIN_FLOATS_BELOW else value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _LEAVES else plain(item) for item in value]
    raise JsonataError("returned an unsupported result type")


def bindable(value: Any) -> Any:
    """Turn None, which the library takes for undefined, into its null."""
    return Utils.NULL_VALUE if value is None else value


def unescaped(string: Callable[[Any, bool], str]) -> Callable[[Any, bool], str]:
    """Wrap the library's $string, which writes every letter beyond ASCII as an escape."""

    def readable(value: Any, prettify: bool) -> str:
        text = string(value, prettify)
        if "\\u" not in text:
            return text
        form: dict[str, Any] = {"indent": 2} if prettify else {"separators": (",", ":")}
        return json.dumps(json.loads(text), ensure_ascii=False, **form)

    return readable


def _sequence(items: list[Any]) -> list[Any]:
    made: list[Any] = Utils.create_sequence_from_iter(items)
    return made


def _integer(function: str, value: Any) -> int:
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int):
        raise JsonataError(f"{function} needs integers, not {number!r}")
    return number
