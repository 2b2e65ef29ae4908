"""A demonstration shop: its people, its letters, and a mail server that keeps what it is given."""
