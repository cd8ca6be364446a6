"""Geometry on arrays: coordinate systems, area, repair. No input, no output."""
