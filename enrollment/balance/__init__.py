"""The balance of a selection, over plain values: who is in under the capacity, floors and ceilings.

`problem` says what is asked, `solving` answers it and proves the answer, `answer` explains it,
`replacing` gives a freed seat, `draw` writes all of it down so that anybody can repeat it.
"""
