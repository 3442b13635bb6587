"""How comments, labels and stars are drawn, wherever they stand."""
