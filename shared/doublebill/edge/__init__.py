"""What only a handler needs: settings, requests, answers and errors as HTTP, logs and metrics."""
