"""The doctor: looks at a state folder or a stack and says what is wrong and what mends it; it writes nothing."""
