"""The `xietong` command: one module per command, each of which registers itself; help in Chinese with an English switch."""
