"""What the pages of all reports have in common: templates, time axes, and wording."""
