"""Feedback: what customers are asked, how they answer, and what follows from it."""
