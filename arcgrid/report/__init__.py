"""What people read of runs and figures: values to tables and text. Nothing here prints."""
