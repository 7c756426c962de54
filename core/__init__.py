"""The floor: plumbing that knows nothing of fraud, quizzes or units, and imports no other room."""
