"""What administrators type: shape and limits, no rules."""
