"""The event catalog, its JSON Schemas, and the pages that are made from them."""
