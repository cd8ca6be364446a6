"""The tables from version to version, each step written out as it was made."""
