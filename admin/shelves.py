"""The views of the case library."""

from admin.views import (
    library,
    library_bench,
    library_check,
    library_edit,
    library_files,
    library_quick,
    library_review,
)

VIEWS = (library, library_bench, library_check, library_edit, library_files, library_quick, library_review)
