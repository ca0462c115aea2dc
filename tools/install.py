"""Install requirements pinned by hash, for the Python that runs it: `python tools/install.py FILE`.

It uses uv, which pip installs first; if uv is unavailable or fails, it uses pip alone, which takes
longer. uv ignores pip's configuration (a private index, certificates, …), so it is passed on.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

UV = Path(__file__).resolve().parent.parent / "requirements-uv.txt"
PIP = (sys.executable, "-m", "pip")
VARIABLES = {
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
"""Options of pip, and the equivalent variables of uv."""


def settings(listed: str) -> dict[str, str]:
    """Return the settings in the output of `pip config list`.

    Variables override `[install]`, which overrides `[global]`. The items of a list are separated by
    spaces, whether they were given in one line or in several.
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

    pip treats all indexes alike, and uv is set to do so as well; hashes identify the right file.
    """
    told = {VARIABLES[name]: value for name, value in pip.items() if name in VARIABLES}
    if "find-links" in pip:
        told["UV_FIND_LINKS"] = ",".join(pip["find-links"].split())
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", **told}


def install(requirements: str) -> None:
    """Install with uv, or else with pip; raises `CalledProcessError` if both fail."""
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
        print("uv is unavailable or failed: installing with pip, which takes longer …")
        _run([*PIP, *hashed[:2], "--no-compile", *hashed[2:], requirements])


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
