"""The commands for data scientists: runs, comparisons, exports, predictions of others."""
