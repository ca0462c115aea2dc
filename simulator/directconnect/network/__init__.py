"""The simulated network: ports, virtual interfaces, peers, routes, and what happens to them."""
