"""The running system as commands see it: where its data and secrets lie, what runs, and how it is brought up."""
