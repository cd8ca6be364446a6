"""The screens, one file each; the file's name is the URL."""
