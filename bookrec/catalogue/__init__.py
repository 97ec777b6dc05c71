"""What a book is: titles, people, works, and the SQLite catalogue of them."""
