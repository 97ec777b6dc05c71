"""What a book, a rating and a reading history are."""
