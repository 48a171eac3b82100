"""The student: model, loss, training."""
