"""Reporters turn a report into text and do nothing else: no files, no network, no environment.

All that a report holds may come from outside (paths, values, a checklist of the user's own), so everything goes through `safe` on its way out.
"""
