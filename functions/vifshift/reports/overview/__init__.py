"""What is to be done, as a page by itself, and as a part of the page of a dry run."""
