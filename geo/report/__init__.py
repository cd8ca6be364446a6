"""Numbers and tables from stored facts."""
