"""Training: stored events become a version, a report and perhaps a new champion."""
