"""The formats that come in and go out."""
