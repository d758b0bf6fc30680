"""What programs ask that watch over the site: does it live, can it work, how is it doing. Numbers and codes, never anything of anybody.

Mending is for people: stuck work at the desk, and the commands of `civium`.
"""
