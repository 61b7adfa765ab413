"""Writers: one module a file format, each from the same plan of a level; readers get a folder beside this one."""
