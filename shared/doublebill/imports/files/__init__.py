"""Files as rows: containers, encodings and formats; nothing here knows what a column means."""
