"""Translates the conditions of the workflows from JSONata to Promela, as far as the model goes.

The subset has paths, texts, numbers, null, `=`, `!=`, `in`, `and`, `or`, `not`, and `? :`.
Whatever else a condition says has to be a term that the model knows.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_TOKENS = re.compile(
    r"\s*(?:(?P<path>\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<text>'[^']*')|(?P<number>\d+)"
    r"|(?P<word>[A-Za-z]+)|(?P<sign>!=|[=()\[\],?:]))"
)
_TERM = "$term"

Terms = Mapping[str, str]
"""What fragments of JSONata, or paths, are in Promela."""


class UnknownExpressionError(Exception):
    """An expression says something that the model does not know."""


class Token(NamedTuple):
    """A part of an expression, and what kind it is."""

    kind: str
    text: str


class Conditional(NamedTuple):
    """What is one thing if a condition (in Promela) holds, and else another."""

    condition: str
    yes: "Node"
    no: "Node"


class Plain(NamedTuple):
    """An expression in Promela; `is_text` says that it is a text in quotes."""

    promela: str
    is_text: bool = False


Node = Conditional | Plain


def body(value: str) -> str | None:
    """Return what is between `{%` and `%}`, None for a plain text."""
    text = value.strip()
    if not (text.startswith("{%") and text.endswith("%}")):
        return None
    return text[2:-2].strip()


def constant(text: str) -> str:
    """Return the name of a text of the definition in Promela."""
    return "is_" + re.sub(r"\W", "_", text)


def promela(expression: str, terms: Terms) -> str:
    """Return an expression in Promela; raises `UnknownExpressionError`."""
    return written(parse(expression, terms))


def written(node: Node) -> str:
    """Return an expression that was parsed in Promela."""
    if isinstance(node, Conditional):
        return f"({node.condition} -> {written(node.yes)} : {written(node.no)})"
    return constant(node.promela) if node.is_text else node.promela


def parse(expression: str, terms: Terms) -> Node:
    """Return an expression as a tree; raises `UnknownExpressionError`."""
    fragments = sorted((each for each in terms if not _is_path(each)), key=len, reverse=True)
    known: dict[str, str] = {each: terms[each] for each in terms if _is_path(each)}
    text = expression
    for number, fragment in enumerate(fragments):
        if fragment in text:
            name = f"{_TERM}{number}"
            text, known[name] = text.replace(fragment, name), terms[fragment]
    return _Parser(text, known).parse()


def _is_path(text: str) -> bool:
    found = _TOKENS.fullmatch(text)
    return found is not None and found.lastgroup == "path"


class _Parser:
    def __init__(self, text: str, terms: Terms) -> None:
        self._text, self._terms = text, terms
        self._tokens = self._split(text)
        self._at = 0

    def parse(self) -> Node:
        node = self._choice()
        if self._at != len(self._tokens):
            raise self._unknown()
        return node

    def _split(self, text: str) -> list[Token]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _TOKENS.match(text, at)
            if found is None or found.lastgroup is None:
                raise UnknownExpressionError(
                    f"{text!r} can't be read from {text[at : at + 40]!r} on"
                )
            tokens.append(Token(found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens

    def _unknown(self) -> UnknownExpressionError:
        return UnknownExpressionError(f"the model does not know what {self._text!r} says")

    def _next(self, *texts: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].text in texts:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._next(text):
            raise self._unknown()

    def _choice(self) -> Node:
        condition = self._either()
        if not self._next("?"):
            return condition
        yes = self._choice()
        self._expect(":")
        return Conditional(written(condition), yes, self._choice())

    def _either(self) -> Node:
        found = [self._both()]
        while self._next("or"):
            found.append(self._both())
        return found[0] if len(found) == 1 else Plain(f"({' || '.join(map(written, found))})")

    def _both(self) -> Node:
        found = [self._comparison()]
        while self._next("and"):
            found.append(self._comparison())
        return found[0] if len(found) == 1 else Plain(f"({' && '.join(map(written, found))})")

    def _comparison(self) -> Node:
        left = self._value()
        if self._next("="):
            return Plain(f"({written(left)} == {written(self._value())})")
        if self._next("!="):
            return Plain(f"({written(left)} != {written(self._value())})")
        if self._next("in"):
            self._expect("[")
            among = [self._value()]
            while self._next(","):
                among.append(self._value())
            self._expect("]")
            subject = written(left)
            return Plain(f"({' || '.join(f'{subject} == {written(each)}' for each in among)})")
        return left

    def _value(self) -> Node:
        if self._at == len(self._tokens):
            raise self._unknown()
        token = self._tokens[self._at]
        self._at += 1
        if token.text == "(":
            inner = self._choice()
            self._expect(")")
            return inner
        if token.kind == "text":
            return Plain(token.text[1:-1], is_text=True)
        if token.kind == "number":
            return Plain(token.text)
        if token.text in self._terms:
            return Plain(self._terms[token.text])
        if token.text == "not":
            return Plain(f"!{written(self._value())}")
        if token.text in ("null", "false", "true"):
            return Plain("1" if token.text == "true" else "0")
        raise UnknownExpressionError(f"the model does not know {token.text!r} in {self._text!r}")
