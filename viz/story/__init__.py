"""A lecture as steps: each a view of the Atlas, a question, guesses, an answer, speaker notes."""
