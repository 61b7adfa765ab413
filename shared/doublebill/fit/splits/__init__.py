"""Splits: the interactions a model is fitted on, and the users and items it is then evaluated on.

split             users             targets of each user             has the model met the user?
`split`           a random tenth    a random fifth                   never (strong generalisation)
`temporal_split`  the same tenth    the newest fifth                 never
`newest_split`    all               the newest fifth (test), the     with older items (weak generalisation)
                                    tenth before it (validation)
"""
