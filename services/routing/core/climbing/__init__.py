"""督办: a missed duty climbs its ladder, a returned one is held in its box, and the desks that follow are told."""
