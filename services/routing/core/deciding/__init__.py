"""What an event asks for, and what a later one changes for those already told."""
