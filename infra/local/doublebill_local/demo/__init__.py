"""The demo: real films and made-up music, from import to answers over HTTP."""
