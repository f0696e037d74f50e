//! The Merkle tree of RFC 6962 section 2.1, kept as tiles of 256 hashes (C2SP tlog-tiles): pure rules, no storage.
//!
//! A tile of level 0 holds leaf hashes; a tile of level `n` holds the roots of full tiles of level `n - 1`. Only the right
//! edge changes while the tree grows: one tile a level.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::AuditError;
use super::encoding::Hash;

/// Hashes in a full tile.
pub(super) const WIDTH: u64 = 256;
/// log2 of [`WIDTH`].
const BITS: u32 = 8;

/// Where a tile stands: its level and its number in it.
pub(super) type Place = (u8, u64);

/// A tile that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) place: Place,
    pub(super) hashes: Vec<Hash>,
}

/// The leaf hash of an entry (RFC 6962 section 2.1). Our entries are the hashes of events.
pub(super) fn leaf(entry: &Hash) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(entry)
        .finalize()
        .into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The tiles of the right edge of a tree of this size that are begun and not full, with their number of hashes.
pub(super) fn edge_tiles(size: u64) -> Vec<(Place, usize)> {
    let mut tiles = Vec::new();
    let mut hashes = size;
    for level in 0.. {
        if hashes == 0 {
            break;
        }
        let begun = usize::try_from(hashes % WIDTH).unwrap_or_default();
        if begun > 0 {
            tiles.push(((level, hashes / WIDTH), begun));
        }
        hashes /= WIDTH;
    }
    tiles
}

/// The right edge of a tree: enough to extend it and to know its root.
#[derive(Debug, Clone, Default)]
pub(super) struct Edge {
    size: u64,
    /// By level, the hashes of the tile that is not full yet.
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of a tree of this size; `tiles` are those that [`edge_tiles`] names.
    pub(super) fn new(size: u64, tiles: Vec<Tile>) -> Self {
        let mut edge = Self {
            size,
            levels: Vec::new(),
        };
        for tile in tiles {
            if let Some(hashes) = edge.level(usize::from(tile.place.0)) {
                *hashes = tile.hashes;
            }
        }
        edge
    }

    /// Number of leaves.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf; tiles that it fills are put on `full`.
    pub(super) fn push(&mut self, leaf: Hash, full: &mut Vec<Tile>) {
        let mut number = self.size;
        self.size += 1;
        let mut hash = leaf;
        for level in 0..=u8::MAX {
            let Some(hashes) = self.level(usize::from(level)) else {
                return;
            };
            hashes.push(hash);
            if u64::try_from(hashes.len()) != Ok(WIDTH) {
                return;
            }
            let hashes = std::mem::take(hashes);
            hash = subtree(&hashes);
            number /= WIDTH;
            full.push(Tile {
                place: (level, number),
                hashes,
            });
        }
    }

    /// Adds leaves; answers all tiles that have changed, full ones and those of the new edge.
    pub(super) fn extend(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<Tile> {
        let before = self.size;
        let mut changed = Vec::new();
        for leaf in leaves {
            self.push(leaf, &mut changed);
        }
        for (place, begun) in edge_tiles(self.size) {
            let (mut now, mut then) = (self.size, before);
            for _ in 0..place.0 {
                now /= WIDTH;
                then /= WIDTH;
            }
            if now != then
                && let Some(hashes) = self.levels.get(usize::from(place.0))
            {
                debug_assert_eq!(hashes.len(), begun);
                changed.push(Tile {
                    place,
                    hashes: hashes.clone(),
                });
            }
        }
        changed
    }

    /// The tiles of the edge as they stand.
    pub(super) fn tiles(&self) -> impl Iterator<Item = Tile> + '_ {
        edge_tiles(self.size).into_iter().filter_map(|(place, _)| {
            let hashes = self.levels.get(usize::from(place.0))?.clone();
            Some(Tile { place, hashes })
        })
    }

    /// The root of the tree (MTH of RFC 6962 section 2.1).
    pub(super) fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for mut hashes in self.levels.iter().map(Vec::as_slice) {
            // From the right: the smallest full subtree first.
            while !hashes.is_empty() {
                let length = 1 << hashes.len().trailing_zeros();
                let Some((left, last)) = hashes.split_at_checked(hashes.len() - length) else {
                    break;
                };
                let hash = subtree(last);
                root = Some(root.map_or(hash, |right| node(&hash, &right)));
                hashes = left;
            }
        }
        root.unwrap_or_else(|| Sha256::digest([]).into())
    }

    fn level(&mut self, level: usize) -> Option<&mut Vec<Hash>> {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        self.levels.get_mut(level)
    }
}

/// The root of a full subtree over a power of two of hashes.
fn subtree(hashes: &[Hash]) -> Hash {
    let mut hashes = hashes.to_vec();
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node(left, right),
                alone => alone.first().copied().unwrap_or_default(),
            })
            .collect();
    }
    hashes.first().copied().unwrap_or_default()
}

/// The tiles that an inclusion proof of one leaf reads.
pub(super) fn proof_tiles(index: u64, size: u64) -> BTreeSet<Place> {
    let mut places: BTreeSet<_> = edge_tiles(size).into_iter().map(|(place, _)| place).collect();
    let (mut number, mut hashes) = (index, size);
    for level in 0.. {
        if hashes == 0 {
            break;
        }
        number /= WIDTH;
        // The leaf may lie under the last hash, whose subtree has no parent yet.
        if number * WIDTH < hashes {
            places.insert((level, number));
        }
        hashes /= WIDTH;
    }
    places
}

/// Some tiles of a tree of a known size, to prove from.
#[derive(Debug)]
pub(super) struct Tiles {
    size: u64,
    tiles: BTreeMap<Place, Vec<Hash>>,
}

impl Tiles {
    pub(super) fn new(size: u64, tiles: BTreeMap<Place, Vec<Hash>>) -> Self {
        Self { size, tiles }
    }

    /// The inclusion proof of a leaf (PATH of RFC 6962 section 2.1.1), the leaf's sibling first.
    pub(super) fn inclusion(&self, index: u64) -> Result<Vec<Hash>, AuditError> {
        let (mut start, mut end) = (0, self.size);
        let mut siblings = Vec::new();
        while end - start > 1 {
            let middle = start + left_half(end - start);
            if index < middle {
                siblings.push(self.range(middle, end)?);
                end = middle;
            } else {
                siblings.push(self.range(start, middle)?);
                start = middle;
            }
        }
        siblings.reverse();
        Ok(siblings)
    }

    /// The hash over leaves `start..end`, a range that occurs in the tree.
    fn range(&self, start: u64, end: u64) -> Result<Hash, AuditError> {
        let length = end - start;
        if !length.is_power_of_two() {
            let middle = start + left_half(length);
            return Ok(node(&self.range(start, middle)?, &self.range(middle, end)?));
        }
        let level = u8::try_from(length.ilog2() / BITS).unwrap_or(u8::MAX);
        let shift = u32::from(level) * BITS;
        let (first, count) = (start >> shift, length >> shift);
        let place = (level, first / WIDTH);
        let missing = || AuditError::Tree { level, tile: place.1 };
        let offset = usize::try_from(first % WIDTH).map_err(|_| missing())?;
        let count = usize::try_from(count).map_err(|_| missing())?;
        let hashes = self
            .tiles
            .get(&place)
            .and_then(|hashes| hashes.get(offset..)?.get(..count));
        hashes.map(subtree).ok_or_else(missing)
    }
}

/// The largest power of two below `length`, which is at least 2 (RFC 6962 section 2.1).
fn left_half(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

/// The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); none if the proof has the wrong length.
pub(super) fn root_of_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let (mut number, mut last) = (index, size.checked_sub(1)?);
    if number > last {
        return None;
    }
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if number % 2 == 1 || number == last {
            hash = node(sibling, &hash);
            while number % 2 == 0 && number != 0 {
                number /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, sibling);
        }
        number /= 2;
        last /= 2;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;

    fn entry(number: u64) -> Hash {
        Sha256::digest(number.to_be_bytes()).into()
    }

    /// Our tree as stored: the edge, and every tile that was ever handed out.
    #[derive(Default)]
    struct Stored {
        edge: Edge,
        tiles: BTreeMap<Place, Vec<Hash>>,
    }

    impl Stored {
        fn grow(&mut self, to: u64) {
            let leaves = (self.edge.size()..to).map(|number| leaf(&entry(number)));
            for tile in self.edge.extend(leaves) {
                self.tiles.insert(tile.place, tile.hashes);
            }
        }

        /// The edge read back from the stored tiles, as another process would.
        fn reread(&mut self) {
            let size = self.edge.size();
            let tiles = edge_tiles(size).into_iter().map(|(place, begun)| {
                let hashes = self.tiles[&place].clone();
                assert_eq!(hashes.len(), begun);
                Tile { place, hashes }
            });
            self.edge = Edge::new(size, tiles.collect());
        }

        fn proof(&self, index: u64) -> Vec<Hash> {
            let size = self.edge.size();
            let tiles = proof_tiles(index, size)
                .into_iter()
                .map(|place| (place, self.tiles[&place].clone()));
            Tiles::new(size, tiles.collect()).inclusion(index).unwrap()
        }
    }

    fn oracle(size: u64) -> MemoryBackedTree<Sha256, Hash> {
        let mut tree = MemoryBackedTree::new();
        (0..size).for_each(|number| tree.push(entry(number)));
        tree
    }

    fn check(stored: &Stored, oracle: &MemoryBackedTree<Sha256, Hash>, index: u64) {
        let size = stored.edge.size();
        let proof = stored.proof(index);
        let expected = oracle.prove_inclusion(usize::try_from(index).unwrap());
        assert_eq!(proof.concat(), expected.as_bytes(), "proof of {index} in {size}");
        let root = root_of_inclusion(leaf(&entry(index)), index, size, &proof);
        assert_eq!(
            root,
            Some(stored.edge.root()),
            "proof of {index} in {size} verifies"
        );
        assert_ne!(
            root_of_inclusion(leaf(&entry(index + 1)), index, size, &proof),
            Some(stored.edge.root())
        );
    }

    #[test]
    fn roots_agree_with_the_oracle_for_every_size_to_a_thousand() {
        let mut stored = Stored::default();
        let mut tree = oracle(0);
        assert_eq!(stored.edge.root(), <Hash>::from(Sha256::digest([])));
        for size in 1..=1_000 {
            tree.push(entry(size - 1));
            stored.grow(size);
            stored.reread();
            assert_eq!(stored.edge.root()[..], tree.root().as_bytes()[..], "size {size}");
        }
    }

    #[test]
    fn roots_and_proofs_agree_around_the_edges_of_tiles() {
        let mut stored = Stored::default();
        let mut tree = oracle(0);
        for size in [
            255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793,
        ] {
            (tree.len()..size).for_each(|number| tree.push(entry(number)));
            stored.grow(size);
            stored.reread();
            assert_eq!(stored.edge.root()[..], tree.root().as_bytes()[..], "size {size}");
            for index in [0, 1, 127, 254, size / 2, size - 2, size - 1] {
                check(&stored, &tree, index);
            }
        }
    }

    proptest! {
        // Each case hashes some thousand leaves twice.
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_tree_grown_in_any_steps_proves_each_leaf(steps in prop::collection::vec(1_u64..400, 1..6), at in any::<u64>()) {
            let mut stored = Stored::default();
            for step in steps {
                let size = stored.edge.size() + step;
                stored.grow(size);
                stored.reread();
            }
            let size = stored.edge.size();
            let tree = oracle(size);
            prop_assert!(stored.edge.root()[..] == tree.root().as_bytes()[..]);
            check(&stored, &tree, at % size);
        }

        #[test]
        fn a_proof_for_another_size_or_index_does_not_verify(size in 2_u64..600, at in any::<u64>()) {
            let mut stored = Stored::default();
            stored.grow(size);
            let index = at % size;
            let proof = stored.proof(index);
            let hash = leaf(&entry(index));
            let other = (index + 1) % size;
            prop_assert_ne!(root_of_inclusion(hash, other, size, &proof), Some(stored.edge.root()));
            prop_assert_eq!(root_of_inclusion(hash, size, size, &proof), None);
            prop_assert_eq!(root_of_inclusion(hash, index, 0, &proof), None);
        }
    }
}
