"""Who does what by when: the grid that owns a patch, and the person who answers for it."""
