"""Tables of measurements as people see them."""
