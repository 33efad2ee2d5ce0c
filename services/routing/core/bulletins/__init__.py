"""What the bus tells of its own accord: a digest, a check of the net, a pack that came into force, a closed task for the province."""
