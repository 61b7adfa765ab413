"""Writers: one module a file format, each from the same plan of a level; readers get a folder beside this one.

A writer takes a plan and a style, returns text or bytes, and draws `plan.path` where it is not empty.
"""
