"""Whom an event concerns and why: the mandates that match, the desks that their roles are, and what each of them may see."""
