"""Installs requirements, pinned by hash, where it runs: `.venv/bin/python tools/install.py FILE`.

By uv, which pip brings; where uv can't be had, or fails, by pip alone, which takes longer. uv reads
nothing of what pip is configured with (an index or certificates of one's own), so it is handed on.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

UV = Path(__file__).resolve().parent.parent / "requirements-uv.txt"
PIP = (sys.executable, "-m", "pip")
WORDS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
"""pip's options, and the variables by which uv is told the same."""


def settings(listed: str) -> dict[str, str]:
    """Read what `pip config list` prints: variables come before `[install]`, and that before all.

    A list's items are parted by blanks, whether they were given in one line or in several.
    """
    found: dict[str, str] = {}
    for level in ("global", "install", ":env:"):
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            section, _, name = key.partition(".")
            if section == level:
                found[name] = " ".join(str(ast.literal_eval(value)).split())
    return found


def variables(pip: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings as uv's variables.

    To pip all indexes are equal, and so they are made to uv; the hashes say what is the right file.
    """
    told = {WORDS[name]: value for name, value in pip.items() if name in WORDS}
    if "find-links" in pip:
        told["UV_FIND_LINKS"] = ",".join(pip["find-links"].split())
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", **told}


def install(requirements: str) -> None:
    """Install by uv, else by pip; raises `CalledProcessError` where neither can."""
    hashed = ("install", "--quiet", "--require-hashes", "-r")
    try:
        _run([*PIP, *hashed[:2], "--no-compile", *hashed[2:], str(UV)])
        listed = subprocess.run(
            [*PIP, "config", "list"], capture_output=True, text=True, check=True
        )
        uv = str(Path(sys.executable).parent / "uv")
        environment = {**variables(settings(listed.stdout)), **os.environ}
        _run([uv, "pip", *hashed, requirements, "--python", sys.executable], environment)
    except (OSError, subprocess.CalledProcessError):
        print("uv can't be had here, or could not do it: installing by pip, which takes longer …")
        _run([*PIP, *hashed[:2], "--no-compile", *hashed[2:], requirements])


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
