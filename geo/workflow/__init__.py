"""The use cases, one file a verb. Command line, screens and HTTP routes all call these."""
