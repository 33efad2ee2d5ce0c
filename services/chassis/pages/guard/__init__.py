"""护学岗: the board of gates, the page for crews at a gate, and the roster of a school."""
