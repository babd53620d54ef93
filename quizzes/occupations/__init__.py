"""Canada's occupations (NOC 2021): who has which code, and a search for "What is your main job?".

`find` takes what a person typed, `by_code` and `teer` what was chosen. Where the titles come from is in README.md.
"""

from quizzes.occupations.groups import OCCUPATIONS, Occupation, by_code, teer
from quizzes.occupations.search import find

__all__ = ["OCCUPATIONS", "Occupation", "by_code", "find", "teer"]
