"""Profiles: the columns, meanings and words of public data sets, shops and personal exports, as data."""
