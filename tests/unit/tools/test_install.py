"""Installing by uv as pip is configured to, and by pip where uv can't."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import install

LISTED = """\
:env:.cert='/etc/corporate.pem'
:env:.disable-pip-version-check='1'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.find-links='/wheels /more-wheels'
global.index-url='https://pypi.example/simple?a=b'
install.index-url='https://install.example/simple'
global.cert='/etc/other.pem'
"""


def test_what_pip_is_configured_with_is_read_by_rank() -> None:
    assert install.settings(LISTED) == {
        "cert": "/etc/corporate.pem",
        "disable-pip-version-check": "1",
        "extra-index-url": "https://one.example/simple https://two.example/simple",
        "find-links": "/wheels /more-wheels",
        "index-url": "https://install.example/simple",
    }
    assert install.settings("") == {}


def test_uv_is_told_what_pip_is_configured_with() -> None:
    assert install.variables(install.settings(LISTED)) == {
        "SSL_CERT_FILE": "/etc/corporate.pem",
        "UV_DEFAULT_INDEX": "https://install.example/simple",
        "UV_FIND_LINKS": "/wheels,/more-wheels",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    assert install.variables({}) == {"UV_INDEX_STRATEGY": "unsafe-best-match"}


class Shell:
    """Takes the place of `subprocess.run`; what has `broken` in it fails."""

    def __init__(self, broken: str = "nothing") -> None:
        self.broken = broken
        self.ran: list[str] = []
        self.environments: list[Any] = []

    def run(self, command: Sequence[str], **given: Any) -> subprocess.CompletedProcess[str]:
        said = " ".join([Path(command[0]).name, *command[1:]])
        self.ran.append(said)
        self.environments.append(given.get("env"))
        if self.broken in said:
            raise subprocess.CalledProcessError(1, command)
        return subprocess.CompletedProcess(command, 0, stdout=LISTED)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Shell:
    shell = Shell(getattr(request, "param", "nothing"))
    monkeypatch.setattr(subprocess, "run", shell.run)
    monkeypatch.setenv("UV_INDEX", "https://mine.example/simple")
    return shell


def test_uv_installs_by_hash_and_what_is_set_for_it_stands(shell: Shell) -> None:
    install.install("some.txt")

    assert "--require-hashes" in shell.ran[0]
    assert str(install.UV) in shell.ran[0]
    assert shell.ran[-1].startswith("uv pip install --quiet --require-hashes -r some.txt --python ")
    assert shell.environments[-1]["UV_DEFAULT_INDEX"] == "https://install.example/simple"
    assert shell.environments[-1]["UV_INDEX"] == "https://mine.example/simple"


@pytest.mark.parametrize("shell", ["requirements-uv.txt", "uv pip install"], indirect=True)
def test_without_uv_it_is_pip_that_installs_by_hash(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    install.install("some.txt")

    assert shell.ran[-1].endswith(
        "-m pip install --quiet --no-compile --require-hashes -r some.txt"
    )
    assert "with pip, which takes longer" in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["install"], indirect=True)
def test_what_nothing_can_install_is_an_error(shell: Shell) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        install.install("some.txt")
