//! Scratch memory of a query: what is known of each tool of a segment while its words are read.

/// What a query has found of one tool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// What the needs it meets count together.
    pub score: f32,
    /// The weights of the needs it meets.
    pub covered: f32,
    /// How many needs are met by a word of its name or path.
    pub in_name: MetThere,
    /// How many needs are met by a word of its title or first sentence.
    pub in_title: MetThere,
}

/// How many needs are met in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct MetThere {
    pub met: u8,
    /// By the word that was said.
    pub said: u8,
}

/// Whether a need is met in one place, and by the word that was said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub is_in: bool,
    pub is_said: bool,
}

/// What the best alternative of one need is to a tool.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Best {
    pub score: f32,
    pub covered: f32,
    pub in_name: Place,
    pub in_title: Place,
}

impl Place {
    fn or(self, other: Self) -> Self {
        Self { is_in: self.is_in || other.is_in, is_said: self.is_said || other.is_said }
    }
}

impl MetThere {
    fn add(&mut self, place: Place) {
        self.met += u8::from(place.is_in);
        self.said += u8::from(place.is_said);
    }
}

impl Best {
    /// Takes a further alternative: the best one counts.
    pub(super) fn take(&mut self, found: Self) {
        let (in_name, in_title) = (self.in_name.or(found.in_name), self.in_title.or(found.in_title));
        let best = if found.score > self.score { found } else { *self };
        *self = Self { in_name, in_title, ..best };
    }
}

impl Tally {
    /// Adds what a tool has of one need.
    pub(super) fn add(&mut self, best: Best) {
        self.score += best.score;
        self.covered += best.covered;
        self.in_name.add(best.in_name);
        self.in_title.add(best.in_title);
    }
}

/// Memory for the tools of one segment, used again for each query of a thread.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    tallies: Vec<Tally>,
    best: Vec<Best>,
    touched: Vec<u32>,
}

impl Scratch {
    /// Prepares it for a segment of so many tools.
    pub(super) fn start(&mut self, tools: usize) {
        self.tallies.clear();
        self.tallies.resize(tools, Tally::default());
        self.best.clear();
        self.best.resize(tools, Best::default());
        self.touched.clear();
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
            let best = std::mem::take(&mut self.best[tool as usize]);
            self.tallies[tool as usize].add(best);
        }
    }

    /// What was found, by the number of the tool.
    pub(super) fn tallies(&self) -> &[Tally] {
        &self.tallies
    }
}
