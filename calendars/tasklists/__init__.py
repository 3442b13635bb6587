"""Tasks on pages: lists of them, found as the person may see them, drawn, filled into a form, said in one line."""
