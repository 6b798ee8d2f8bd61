//! The end of a hash chain: the number and hash that the next record follows.

use super::record::{self, ORIGIN};

/// The end of a hash chain.
#[derive(Clone, Debug)]
pub struct ChainEnd {
    /// The number of the newest record; 0 for an empty chain.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Default for ChainEnd {
    fn default() -> Self {
        Self { seq: 0, hash: ORIGIN.to_owned() }
    }
}

impl ChainEnd {
    /// The end of the chain with one more line, which has no line feed. The error says what is wrong with the line.
    pub fn followed_by(&self, line: &[u8]) -> Result<Self, String> {
        let place = record::parse_line(line)?;
        if place.seq != self.seq + 1 {
            return Err(format!("has number {} where {} belongs", place.seq, self.seq + 1));
        }
        if place.prev != self.hash {
            return Err("does not follow the record before it".to_owned());
        }
        Ok(Self { seq: place.seq, hash: place.hash.to_owned() })
    }
}
