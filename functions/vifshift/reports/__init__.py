"""Pages for people, and the data behind them."""
