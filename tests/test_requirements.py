"""The register and the tests' marks agree."""

from tests.register import proofs, rows


def test_the_register_is_whole():
    assert len(rows()) == 236


def test_every_mark_names_a_row_of_the_register():
    assert set(proofs()) - set(rows()) == set()
