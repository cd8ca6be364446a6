"""The words of the work: patches, grids, people, stages, codes. No input, no output."""
