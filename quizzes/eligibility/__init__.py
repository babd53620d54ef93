"""Who can use which program: typed answers, rules with their sources, verdicts with their reasons.

Plain Python: no web framework, and nothing here reads a clock or a database. The files in data/ are read once, when
this is imported.
"""
