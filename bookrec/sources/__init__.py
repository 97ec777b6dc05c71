"""Reading the raw files: Kaggle, archives, CSV shards."""
