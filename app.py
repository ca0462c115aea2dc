"""The program that the CDK's command line runs to synthesize the stack."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "functions"))

from infra.app import build

if __name__ == "__main__":
    build().synth()
