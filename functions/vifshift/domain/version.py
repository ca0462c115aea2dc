"""The version of vifshift: of the code that is deployed, and of the command that speaks to it."""

from typing import Final

VERSION: Final = "0.1.0"
