"""What a person or a pipe sees."""
