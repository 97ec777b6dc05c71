"""The raw data: downloading it, and reading books and ratings from CSV files."""
