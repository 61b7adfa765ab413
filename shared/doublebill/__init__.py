"""doublebill: recommendation and game content as a service, two features for one ticket."""

__version__ = "0.1.0"
