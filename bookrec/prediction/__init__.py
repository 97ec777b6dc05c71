"""Stars and order for one reader, and the reasons for them."""
