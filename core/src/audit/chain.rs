//! The chain: where the next record belongs.

use super::record::{self, ORIGIN};

/// The end of a chain.
#[derive(Clone, Debug)]
pub struct HashChain {
    /// The number of the newest record; 0 where there is none.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Default for HashChain {
    fn default() -> Self {
        Self { seq: 0, hash: ORIGIN.to_owned() }
    }
}

impl HashChain {
    /// The chain with one more line, its line feed taken off; what is wrong with the line otherwise.
    pub fn followed_by(&self, line: &[u8]) -> Result<Self, String> {
        let place = record::read(line)?;
        if place.seq != self.seq + 1 {
            return Err(format!("has number {} where {} belongs", place.seq, self.seq + 1));
        }
        if place.prev != self.hash {
            return Err("does not follow the record before it".to_owned());
        }
        Ok(Self { seq: place.seq, hash: place.hash.to_owned() })
    }
}
