"""The command line: every use case as a verb, for people and for scripts."""
