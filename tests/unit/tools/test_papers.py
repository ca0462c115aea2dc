"""The papers of the project: links lead somewhere, and what several of them say agrees."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


def broken(path: Path) -> Iterator[str]:
    """Yield the links of a page to files and headings that do not exist."""
    for link in LINK.findall(CODE.sub("", path.read_text("utf-8"))):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if name.startswith(("https://", "http://")):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            yield link


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(broken(path)) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Be told!\n\n## What's new\n", "utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n[a](other.md#be-told) [b](other.md#whats-new) [c](#page) [d](https://aws.com)\n"
        "`[e](no.md)`\n```\n[f](no.md)\n```\n[g](no.md) [h](other.md#no) [i](#no)\n",
        "utf-8",
    )

    assert list(broken(page)) == ["no.md", "other.md#no", "#no"]


def test_the_changelog_has_this_version_and_what_comes_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.findall(r"^## \[(\S+)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.MULTILINE)

    assert releases[0] == ("Unreleased", "")
    assert releases[1][0] == PROJECT["version"]
    assert all(date for _, date in releases[1:])


def test_the_license_is_the_one_that_is_named() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    for name in PROJECT["license-files"]:
        assert "Apache License\n                           Version 2.0" in (ROOT / name).read_text()


def test_hosted_ci_runs_what_a_person_runs_and_may_only_read() -> None:
    [job] = WORKFLOW["jobs"].values()
    *_, last = job["steps"]

    assert last == {"run": ".ci/run"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert job["timeout-minutes"] <= 60
    actions = [step["uses"] for step in job["steps"] if "uses" in step]
    assert [each for each in actions if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []
