"""Named reads of feedback: who may be asked, whose link it is, answers and figures."""
