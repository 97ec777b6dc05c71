"""Terminal output: tables and messages for people, records for programs."""
