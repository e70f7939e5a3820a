"""Grants: who may read which kinds of personal data, what for, of how many, until when.

Whoever needs to see a value in clear asks; somebody else, who cannot read it themselves, answers.
A grant holds for minutes, is counted by people, and is checked again at every use.
"""
