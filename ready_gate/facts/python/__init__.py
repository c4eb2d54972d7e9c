"""The static Python evaluator: what would this name hold in production? Nothing is ever executed.

`values` are its abstract values, `interpreter` walks syntax trees, `libraries/` say what the functions of other packages answer,
`modules` finds and parses files inside the project's root.
"""
