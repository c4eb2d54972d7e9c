"""Facts: the only code that reads the project or the network.

A fact is a function registered with `@fact`; it asks for other facts by parameter name, is computed at most once, and only when
somebody asks. `views` holds the types that checks see.
"""
