"""Finding books: typed titles, search, filters, requests in words."""
