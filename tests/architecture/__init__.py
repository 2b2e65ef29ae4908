"""The rules of the house that import-linter cannot see, as functions from a text to complaints.

tests/test_architecture.py holds every file to them; tests/test_architecture_rules.py shows that each can fail.
"""
