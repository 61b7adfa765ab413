"""Code that only handlers need: settings, requests, answers and errors as HTTP, logs and metrics."""
