"""ipywidgets views, one per file: built from data, returned and never displayed by themselves."""
