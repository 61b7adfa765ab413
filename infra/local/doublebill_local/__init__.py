"""The embedded run of doublebill: command line, HTTP front, schedule, demo data. Not part of the layer."""
