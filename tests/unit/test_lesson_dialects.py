"""The matrix of differences says what was found in the posts, and every cell can be opened."""

import pytest
from svg import Drawing

from viz.drawing.diagrams import Look, draw_blocks
from viz.lessons.dialects import COUNTERPARTS, POINTS, matrix_rows, sides

# As dissected from the posts' code.
MATRIX = {
    "Bias before batch norm": "no no no no yes yes yes",
    "Expansion kept at ratio 1": "no – no yes yes yes yes",
    "SE squeeze width": "– rounded_down – – rounded_down rounded_down rounded_down",
    "SE bias": "– no – – yes yes yes",
    "SE gate": "– sigmoid – – h-sigmoid h-sigmoid h-swish",
    "SE inner activation": "– ReLU – – ReLU ReLU ReLU6",
    "Hidden layer of the head": "– – – – 1280 1280 1280",
    "Dropout": "0.2 none 0.2 none none none none",
    "Padding at stride 2": "1_+_1 1_+_1 1_+_1 1_+_1 1_+_1,_2_+_2 1_+_1,_2_+_2 0_+_1,_1_+_2",
    "First block's activation (RE)": "ReLU6 – ReLU6 ReLU6 ReLU ReLU ReLU6",
}
COLUMNS = ["v2", "post-000", "post-001-v2", "post-002", "post-003-large"]
COLUMNS += ["post-003-small", "post-004"]


@pytest.mark.parametrize("point", MATRIX)
def test_matrix_says_what_was_found_in_the_posts(point):
    row = next(row for row in matrix_rows(COLUMNS) if row.point.name == point)
    wanted = [word.replace("_", " ") for word in MATRIX[point].split()]
    assert [row.cells[key].does for key in COLUMNS] == wanted


@pytest.mark.parametrize("implementation", COUNTERPARTS)
@pytest.mark.parametrize("point", POINTS)
def test_every_cell_opens_two_blocks(point, implementation):
    chosen = sides(point, implementation)
    for traced, block in chosen:
        assert 0 <= block < len(traced.blocks)
    assert min(Drawing(draw_blocks(chosen, Look()).svg()).font_sizes()) >= 22
