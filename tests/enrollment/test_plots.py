"""The places of what a plot draws."""

from enrollment.plots import BAR, BAR_Y, ROW, WIDTH, Bar, bars, days, shortened


def test_bars_share_one_scale_up_to_the_largest_value_or_limit():
    drawn = bars([Bar("A", 50), Bar("B", 100, part=25, floor=200, ceiling=150)])
    one, two = drawn.rows
    assert (one.width, two.width) == (WIDTH // 4, WIDTH // 2)
    assert (two.part, two.floor, two.ceiling) == (WIDTH // 8, WIDTH, WIDTH * 3 // 4)
    assert (one.part, one.floor, one.ceiling) == (None, None, None)
    assert (one.text, two.text) == ("50", "25 / 100")


def test_bars_lie_beneath_each_other():
    drawn = bars([Bar("A", 1), Bar("B", 1)])
    assert [row.bar_y for row in drawn.rows] == [BAR_Y, ROW + BAR_Y]
    assert drawn.rows[0].foot == BAR_Y + BAR
    assert drawn.height == 2 * ROW


def test_nothing_has_no_length_and_one_of_many_has_some():
    drawn = bars([Bar("A", 0, floor=0), Bar("B", 1), Bar("C", 100_000)])
    assert [row.width for row in drawn.rows] == [0, 1, WIDTH]
    assert bars([Bar("A", 0, part=0)]).rows[0].width == 0
    assert bars([]).height == 0


def test_a_long_name_is_cut_before_the_number():
    name = "Secretaría, relatoría o asesoría letrada de una corte superior"
    row = bars([Bar(name, 110, part=40)]).rows[0]
    assert row.name.endswith("…") and len(row.name) + len(row.text) <= 46
    assert shortened("Corte", 5) == "Corte"


def test_days_are_aligned_at_the_close():
    now, before = {3: 10, 2: 5}, {3: 0, 2: 20, 1: 0, 0: 5}
    drawn = days([now, before])
    assert (drawn.longest, drawn.most) == (3, 20)
    first, second = (line.points.split() for line in drawn.lines)
    assert [point.split(",")[0] for point in first] == [p.split(",")[0] for p in second[:2]]
    assert drawn.lines[1].end[0] == drawn.close
    assert drawn.lines[0].end[0] < drawn.close
    highest = min(int(point.split(",")[1]) for point in second)
    assert highest == drawn.top
    assert int(second[0].split(",")[1]) == drawn.foot


def test_what_came_after_the_close_is_drawn_behind_it():
    drawn = days([{1: 4, 0: 2, -2: 1}])
    assert drawn.lines[0].end[0] > drawn.close


def test_days_without_anything_are_not_drawn():
    assert days([{}, {}]) is None
    alone = days([{0: 0}, {}])
    assert alone.lines[1] is None and alone.most == 0
