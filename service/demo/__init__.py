"""The demo: five real localities of the years 2019 to 2023 with made-up people.

The totals are those that five published articles state; docs/demo.md says which are, and which are
made up. Everything goes through the same import and the same commands as any other data.
"""
