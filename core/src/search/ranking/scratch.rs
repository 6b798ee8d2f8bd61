//! Scratch memory of a query: what is known of each tool of a segment while its words are read.

/// Where a need is met: bits.
pub(super) const IN_NAME: u8 = 1;
pub(super) const IN_TITLE: u8 = 2;
/// The same, by the word that was said.
pub(super) const SAID_IN_NAME: u8 = 4;
pub(super) const SAID_IN_TITLE: u8 = 8;
/// By the word that was said, wherever that is.
pub(super) const SAID: u8 = 16;

/// A one in a byte of its own for each bit of a place.
const BYTES_OF_BITS: [u64; 32] = {
    let mut bytes = [0; 32];
    let mut places = 0;
    while places < bytes.len() {
        let mut bit = 0;
        while bit < 5 {
            bytes[places] += (places as u64 >> bit & 1) << (8 * bit);
            bit += 1;
        }
        places += 1;
    }
    bytes
};

/// What a query has found of one tool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// What the needs it meets count together.
    pub score: f32,
    /// The weights of the needs it meets.
    pub covered: f32,
    /// How many needs are met in each place, a byte for each bit. A phrasing has fewer needs than a byte counts.
    places: u64,
}

/// What the best alternative of one need is to a tool.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Best {
    pub score: f32,
    pub covered: f32,
    /// Where any alternative meets the need.
    pub places: u8,
}

impl Best {
    /// Takes a further alternative: the best one counts.
    pub(super) fn take(&mut self, found: Self) {
        let places = self.places | found.places;
        if found.score > self.score {
            *self = found;
        }
        self.places = places;
    }
}

impl Tally {
    /// Adds what a tool has of one need.
    pub(super) fn add(&mut self, best: Best) {
        self.score += best.score;
        self.covered += best.covered;
        self.places += BYTES_OF_BITS[usize::from(best.places) % BYTES_OF_BITS.len()];
    }

    /// The number of needs that are met in a place.
    pub(super) const fn met(&self, place: u8) -> u8 {
        self.places.to_le_bytes()[place.trailing_zeros() as usize]
    }
}

/// Memory for the tools of one segment, used again for each query of a thread. All but `seen` and `touched` is empty between
/// two segments.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    tallies: Vec<Tally>,
    best: Vec<Best>,
    /// The tools with a tally.
    seen: Vec<u32>,
    /// The tools that meet the present need.
    touched: Vec<u32>,
}

impl Scratch {
    /// Prepares it for a segment of so many tools.
    pub(super) fn start(&mut self, tools: usize) {
        if self.tallies.len() < tools {
            self.tallies.resize(tools, Tally::default());
            self.best.resize(tools, Best::default());
        }
    }

    /// Takes an alternative of the present need for a tool.
    pub(super) fn take(&mut self, tool: u32, found: Best) {
        let best = &mut self.best[tool as usize];
        if best.score == 0.0 {
            self.touched.push(tool);
        }
        best.take(found);
    }

    /// Ends a need: adds what each tool has of it.
    pub(super) fn end_need(&mut self) {
        for tool in self.touched.drain(..) {
            let tally = &mut self.tallies[tool as usize];
            if tally.score == 0.0 {
                self.seen.push(tool);
            }
            tally.add(std::mem::take(&mut self.best[tool as usize]));
        }
    }

    /// Adds what a minor word counts in a tool, if the tool has something of a need.
    pub(super) fn add_minor(&mut self, tool: u32, score: f32) {
        let tally = &mut self.tallies[tool as usize];
        if tally.score > 0.0 {
            tally.score += score;
        }
    }

    /// Hands out what was found of each tool, and forgets it.
    pub(super) fn drain(&mut self, mut take: impl FnMut(u32, &Tally)) {
        for tool in self.seen.drain(..) {
            take(tool, &self.tallies[tool as usize]);
            self.tallies[tool as usize] = Tally::default();
        }
    }
}
