"""The library's pages: everybody of the county's office reads, editors write, reviewers approve."""

GROUP = "案例库"
READS = frozenset({"admin", "editor", "reviewer", "viewer"})
EDITS = frozenset({"admin", "editor"})
REVIEWS = frozenset({"admin", "reviewer"})
"""Whoever approves, it is never who wrote: the room sees to that."""
LIBRARY: tuple[tuple[str, frozenset[str], str, str], ...] = (
    ("admin.library.show", READS, "类型与案例", GROUP),
    ("admin.library_review.show", READS, "稿件与审核", GROUP),
    ("admin.library.ordinary", READS, "日常话", GROUP),
    ("admin.library_bench.show", READS, "试一试", GROUP),
    ("admin.library_check.show", READS, "自检", GROUP),
    ("admin.library_files.show", READS, "导入导出", GROUP),
    ("admin.library_files.template", EDITS, "", GROUP),
    ("admin.library_files.export", READS, "", GROUP),
    ("admin.library_files.look", EDITS, "", GROUP),
    ("admin.library_files.preview", EDITS, "", GROUP),
    ("admin.library_files.confirm", EDITS, "", GROUP),
    ("admin.library_bench.run", READS, "", GROUP),
    ("admin.library_check.move", EDITS, "", GROUP),
    ("admin.library_check.take", EDITS, "", GROUP),
    ("admin.library.type_page", READS, "", GROUP),
    ("admin.library.cases", READS, "", GROUP),
    ("admin.library.phrases", READS, "", GROUP),
    ("admin.library.case_page", READS, "", GROUP),
    ("admin.library.versions", READS, "", GROUP),
    ("admin.library_review.draft", READS, "", GROUP),
    ("admin.library_edit.write", EDITS, "", GROUP),
    ("admin.library_edit.again", EDITS, "", GROUP),
    ("admin.library_edit.save", EDITS, "", GROUP),
    ("admin.library_edit.retire", EDITS, "", GROUP),
    ("admin.library_edit.restore", EDITS, "", GROUP),
    ("admin.library_quick.add", EDITS, "", GROUP),
    ("admin.library_quick.take", EDITS, "", GROUP),
    ("admin.library_quick.undo", EDITS, "", GROUP),
    ("admin.library_quick.together", READS, "", GROUP),
    ("admin.library_quick.undo_all", EDITS, "", GROUP),
    ("admin.library_review.submit", EDITS, "", GROUP),
    ("admin.library_review.withdraw", EDITS, "", GROUP),
    ("admin.library_review.send_back", REVIEWS, "", GROUP),
    ("admin.library_review.approve", REVIEWS, "", GROUP),
    ("admin.library_review.approve_batch", REVIEWS, "", GROUP),
)
"""Endpoint, roles, word in the menu (“” for a page reached from another), group."""
