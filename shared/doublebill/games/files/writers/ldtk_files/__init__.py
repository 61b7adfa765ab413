"""A project of the LDtk editor: its names and numbers, its definitions, its levels."""
