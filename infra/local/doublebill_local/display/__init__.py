"""Display: text for people, one module a kind of answer."""
