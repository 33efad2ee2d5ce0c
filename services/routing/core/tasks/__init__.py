"""The joint task: who leads, who has a part, and what has to be done before it is closed."""
