"""应报: what must be stated without being asked, what was heard of it, and what its absence brings about."""
