class EmbeddedError(Exception):
    """A server of the embedded set could not be fetched, started or held; the text is for the person at the terminal."""
