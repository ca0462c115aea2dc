"""What the pages of all reports share: how they are built, and how they say things."""
