"""Compiles every module of a folder: `python compile_folder.py FOLDER RUNS_IN MAGIC`.

It is run by a Python of Lambda's version, which may be one under Node: it imports nothing else of
this project. RUNS_IN is where Lambda has the folder, and MAGIC what the bytecode must begin with.
"""

import importlib.util
import py_compile
import sys
import warnings
from pathlib import Path


def main(folder: Path, runs_in: str, magic: str) -> None:
    """Compile, or raise: `SystemExit` for another Python, `PyCompileError` for a faulty module.

    The bytecode is used without a look at its source, whose time an archive may change.
    """
    own = importlib.util.MAGIC_NUMBER.hex()
    if own != magic:
        raise SystemExit(f"Python {sys.version.split()[0]} makes bytecode {own}, not {magic}")
    # What packages of others should write otherwise is not for the user to read.
    warnings.simplefilter("ignore")
    for source in sorted(folder.rglob("*.py")):
        py_compile.compile(
            str(source),
            dfile=f"{runs_in}/{source.relative_to(folder).as_posix()}",
            doraise=True,
            optimize=0,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
