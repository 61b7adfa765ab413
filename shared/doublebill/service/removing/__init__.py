"""Removing: catalogs and imports are taken back, whole and in steps that a crash cannot spoil."""
