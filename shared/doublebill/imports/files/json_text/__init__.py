"""JSON as tables: one object a line, or one document that holds the rows somewhere inside."""
