"""The tree, against the definition in RFC 6962 and its published vectors."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.journal.merkle import Frontier, leaf_body, node_hash
from civium.foundation.journal.standalone.verify_record import leaf_of_body

# From the tests of Certificate Transparency's reference implementation: these leaves, and the root of each prefix.
VECTORS = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]


def hash_of(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def test_the_published_vectors_hold():
    tree = Frontier()
    for leaf, root in VECTORS:
        tree.append(hash_of(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


def test_the_empty_tree_is_the_hash_of_nothing():
    assert Frontier().root() == sha256().digest()


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70), st.integers(0, 70))
def test_a_tree_that_was_put_away_and_taken_out_goes_on_as_defined(leaves, pause):
    tree = Frontier()
    for number, leaf in enumerate(leaves):
        if number == pause:
            tree = Frontier.from_bytes(tree.size, tree.to_bytes())
        tree.append(leaf)
    assert tree.root() == root_by_definition(leaves)


def test_a_leaf_commits_to_every_field():
    fields = {name: name for name in ("at", "kind", "stream", "also", "by", "on_behalf_of", "data")}
    body = leaf_body(**fields)
    leaf = leaf_of_body(b"s", body)
    others = [leaf_of_body(b"s", leaf_body(**(fields | {name: "other"}))) for name in fields]
    assert len({leaf, leaf_of_body(b"t", body), *others}) == 9
