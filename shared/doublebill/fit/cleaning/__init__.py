"""Cleaning by shards: the distinct events of some users in few bytes, and the matrices that all shards add up to."""
