"""Access: declared callers, their usage and quotas."""
