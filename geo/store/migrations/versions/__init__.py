"""One module a revision: it names the one before it and never follows `geo.store.schema`."""
