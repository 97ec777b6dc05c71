"""The book catalogue: titles, authors, editions and works, stored in SQLite."""
