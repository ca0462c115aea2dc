"""Takes what may be a secret out of words that are not ours.

AWS quotes parameters in its errors, and whoever fails a task or stops an execution may write
anything. A BGP key, a MACsec key, a token or a router's configuration must not reach an event, an
execution, a log or a page by that. What a person needs to act stays readable: sentences, ids, ARNs,
addresses, numbers, times, and the names of errors and operations.
"""

import re
from typing import Final

HIDDEN: Final = "[hidden]"
LONGEST_READ: Final = 8_000
"""In characters: what is longer is cut before it is read."""

_CONFIGURATION: Final = re.compile(
    r"<\?xml.*|<!DOCTYPE.*|<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>.*?</\1\s*>|<[A-Za-z][\w:.-]*\s[^<>]*=[^<>]*>?",
    re.DOTALL | re.IGNORECASE,
)
_KEY_BLOCK: Final = re.compile(r"-----BEGIN.*?(?:-----END[^-]*-----|\Z)", re.DOTALL)
_LABEL: Final = (
    r"(?:pass(?:word|phrase|wd)|secret|psk|cak|ckn|md5|credentials?|signature|authorization|cookie"
    r"|(?:bgp|md5|macsec|auth|authentication|shared|pre-?shared|secret|private|encryption|api"
    r"|access|session|connectivity|association)[\s_-]*(?:auth[\s_-]*)?keys?(?:[\s_-]*(?:id|string))?"
    r"|key-string|authkey|(?:session|security|task|access|id|refresh|bearer)?[\s_-]*token"
    r"|bearer|customerRouterConfig)"
)
# A value after a colon, an equals sign or in quotes is one, whatever it looks like.
_GIVEN: Final = re.compile(
    rf"(?P<label>\b{_LABEL}[\"']?\s*(?:[:=]\s*|(?:\s(?:is|was|of|value|named))*\s*(?=[\"'`])))"
    r"(?P<value>\"[^\"]*\"?|'[^']*'?|`[^`]*`?|[^\s,;)\]}]+)",
    re.IGNORECASE,
)
# After a blank it is one unless it could go on a sentence.
_FOLLOWING: Final = re.compile(
    rf"(?P<label>\b{_LABEL}\s+(?:(?:is|was|value|of|string|[0-7])\s+)?)(?P<value>[^\s,;:)\]}}]+)",
    re.IGNORECASE,
)
_SENTENCE: Final = frozenset(
    "a about access after again all already an and any are as associated at authentication be "
    "because before been belongs between but by can can't cannot characters configuration "
    "contains could did do does doesn't don't either encryption error exceeds exists expected "
    "expired expires failed failure for format found from given has have header id ids if in "
    "included invalid is isn't it its key keys length long longer malformed manager match matches "
    "may message mismatch missing must name no not now of on only or policy provided request "
    "requests required rotated sent service short should shorter size so specified string "
    "supplied than that the their then they this to too token tokens type unavailable unknown use "
    "used valid validation value values version was were when where which while will with within "
    "without wrong you your".split()
)

# An ARN, and the id of a request, which support asks for: a UUID, or one of S3 or DynamoDB.
_NAMED: Final = re.compile(
    r"arn:aws[a-z-]*:[^\s\"'`,;)\]}]+"
    r"|\bRequest ?I[dD][:=]? ?"
    r"(?:[A-Z0-9]{16}|[A-Z0-9]{52}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
)
_TOKEN: Final = re.compile(r"[^\s\"'`,;()\[\]{}<>|]+")
_READABLE: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a UUID, as request ids are
    r"|(?:dx[a-z]{2,6}|vgw|tgw|vpc|vpn|cgw|subnet|eni|sg|i)-[0-9A-Za-z]{4,21}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+)?(?:Z|[+-][0-9:]+)?|[0-9]{8}T[0-9]{6}Z"
    r"|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?"  # an IPv6 network or a MAC address
    r"|[0-9]+(?:\.[0-9]+){1,3}(?:/[0-9]{1,3})?"
    r"|Eq[A-Z]{2}[0-9]+-[0-9a-z]{6,20}"  # a logical device of Direct Connect
    r"|(?:[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]?)"  # a Region or an Availability Zone
)
_SEPARATORS: Final = re.compile(r"[-._/:@#=+*\\&?!%$~^]+")
_WORD: Final = re.compile(r"(?:[A-Z]{0,6}[a-z]+(?![a-z])|[A-Z]{2,}(?![A-Za-z]))+")
_HUMPS: Final = re.compile(r"[A-Z]+[a-z]*|[a-z]+")
_UNIT: Final = re.compile(r"[A-Za-z]{0,5}[0-9]{1,5}[A-Za-z]{0,4}|[0-9]{1,4}[A-Za-z]{1,4}")
_LONGEST_WORD: Final = 64
_LONGEST_LETTERS: Final = 16
"""Letters of one kind without an end are no word."""
_SHORTEST_HUMP: Final = 3
"""In letters, on average: `DirectConnectClientException` has 7, random letters have 2."""
_LONGEST_NUMBER: Final = 19
_MOST_MIXED: Final = 1
"""So many parts of a token of three or more may mix letters and digits."""
_SHORTEST_SECRET: Final = 6
"""AWS: a BGP key has 6 to 80 characters (API reference, NewPrivateVirtualInterface)."""
_SPEAKING: Final = re.compile(r"secret|passw|authkey", re.IGNORECASE)
_NAMES_OF_SECRETS: Final = re.compile(
    r"secrets?|passwords?|authkeys?|secretaccesskeys?|[a-z]*exception|\w+:.*", re.IGNORECASE
)
_BASE64: Final = re.compile(r"(?=.*[+=])[A-Za-z0-9+/=_-]{16,}")


def scrubbed(text: str) -> str:
    """Return a text with `[hidden]` for what looks like a secret; a second time changes nothing.

    What can't be told from a secret is hidden as well: a token that mixes letters and digits, and
    is no known kind of id.
    """
    text = text if len(text) <= LONGEST_READ else f"{text[:LONGEST_READ]}…"
    for pattern in (_KEY_BLOCK, _CONFIGURATION):
        text = pattern.sub(HIDDEN, text)
    text = _GIVEN.sub(_without_value, text)
    text = _FOLLOWING.sub(_without_following, text)
    kept, at = [], 0
    for named in _NAMED.finditer(text):
        kept += [_TOKEN.sub(_without_token, text[at : named.start()]), named[0]]
        at = named.end()
    return "".join([*kept, _TOKEN.sub(_without_token, text[at:])])


def _without_value(found: re.Match[str]) -> str:
    value = found["value"].strip("\"'`")
    if not value or value.startswith(HIDDEN[:-1]):
        return found[0]
    return f"{found['label']}{HIDDEN}"


def _without_following(found: re.Match[str]) -> str:
    word = found["value"].strip("\"'`.!?").lower()
    is_prose = word in _SENTENCE or not word[1:] or found["value"].startswith(HIDDEN[:-1])
    return found[0] if is_prose else f"{found['label']}{HIDDEN}"


def _without_token(found: re.Match[str]) -> str:
    token = found[0].rstrip(".:!?…")
    return found[0] if is_readable(token) else f"{HIDDEN}{found[0][len(token) :]}"


def is_readable(token: str) -> bool:
    """Return whether a text without blanks is a word, a number or an id, and so no secret."""
    if len(token) < _SHORTEST_SECRET or _READABLE.fullmatch(token):
        return True
    if _BASE64.fullmatch(token):
        return False
    if _SPEAKING.search(token) and not _NAMES_OF_SECRETS.fullmatch(token):
        return False
    parts = [part for part in _SEPARATORS.split(token) if part]
    return all(map(_is_plain, parts)) and not _is_jagged(token, parts)


def _is_plain(part: str) -> bool:
    """Return whether a part of a token is a word, a number, or short such as `IPv4` or `10Gbps`."""
    if part.isdecimal():
        return len(part) <= _LONGEST_NUMBER
    if not part.isascii():
        return part.isalpha() and len(part) <= _LONGEST_WORD
    if _UNIT.fullmatch(part) or _READABLE.fullmatch(part):
        return True
    if len(part) < _SHORTEST_SECRET and (part.islower() or part.isupper() or part.istitle()):
        return True
    if len(part) > _LONGEST_WORD or not _WORD.fullmatch(part):
        return False
    humps = _HUMPS.findall(part)
    return max(map(len, humps)) <= _LONGEST_LETTERS and len(part) / len(humps) >= _SHORTEST_HUMP


def _is_jagged(token: str, parts: list[str]) -> bool:
    """Return whether a token is cut up by many separators, as base64 or a password may be."""
    mixed = sum(not part.isalpha() and not part.isdecimal() for part in parts)
    is_cut_up = len(parts) > _MOST_MIXED + 1 and mixed > _MOST_MIXED
    return is_cut_up or bool(re.search(r"[$%^&~!]", token))
