"""Print what the three movers took, or write it into docs/reference.md.

`make bench` prints it, and `python -m benchmarks.side_by_side docs/reference.md` writes it.
"""

import sys
from pathlib import Path

from benchmarks.side_by_side import page
from benchmarks.side_by_side.comparison import compared
from tools.terminal import say

if __name__ == "__main__":
    table = page.table(compared())
    for path in map(Path, sys.argv[1:]):
        path.write_text(page.within(path.read_text(encoding="utf-8"), table), encoding="utf-8")
    if not sys.argv[1:]:
        say(table)
