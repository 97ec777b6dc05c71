"""What `recommend` and `explain` share: the model in memory, a reader's taste, order, reasons."""
