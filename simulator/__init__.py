"""The deployed template and the network around it, on a laptop."""
