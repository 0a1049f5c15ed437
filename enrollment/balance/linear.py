"""Linear programs, as HiGHS solves them: in floating point, for `whole` to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "solver": "simplex",
    "presolve": "off",
}


@dataclass(frozen=True)
class Program:
    """Maximise `gain @ x` with `0 <= x <= room` and `lower <= sums <= upper`, where column j
    counts `weights[j]` times in the rows `members[j]`."""

    gain: np.ndarray
    members: Sequence[np.ndarray]
    weights: Sequence[np.ndarray]
    room: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class Answer:
    """`counts` and the `prices` of the rows; where nothing fits no counts, and a ray that shows
    it as the prices, if there is one."""

    counts: np.ndarray | None
    prices: np.ndarray | None


def linear(program: Program) -> Answer | None:
    """None where HiGHS gave up."""
    import highspy

    starts = np.zeros(len(program.members) + 1, dtype=np.int32)
    np.cumsum([len(one) for one in program.members], out=starts[1:])
    index = np.concatenate(program.members)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.members), len(program.lower)
    model.col_cost_ = -program.gain.astype(float)
    model.col_lower_ = np.zeros(len(program.members))
    model.col_upper_ = program.room.astype(float)
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = starts, index
    model.a_matrix_.value_ = np.concatenate(program.weights).astype(float)
    solver = highspy.Highs.__base__()  # the solver itself: its wrapper prints a banner
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    return _answer(solver, highspy.HighsModelStatus)


def _answer(solver, statuses) -> Answer | None:
    status = solver.getModelStatus()
    if status == statuses.kOptimal:
        solution = solver.getSolution()
        return Answer(np.array(solution.col_value), -np.array(solution.row_dual))
    if status == statuses.kInfeasible:
        _status, has_ray, *ray = solver.getDualRay()
        return Answer(None, np.array(ray[0]) if has_ray else None)
    return None
