"""Further features of cells, for layers: `table` lists them, the other modules fill them."""
