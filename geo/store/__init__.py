"""One door to what is kept, whatever the engine behind it."""
