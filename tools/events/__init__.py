"""The event catalogue, its JSON Schemas, and the pages made from them."""
