"""The commands on the data of a catalog: its items, its imports, the catalog itself."""
