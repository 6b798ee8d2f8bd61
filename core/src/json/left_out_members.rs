//! Left-out members of a file of options: those whose faults are known, and what objects lack.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// Members of a file that are not read again, because their faults are known.
#[derive(Default)]
pub(super) struct LeftOutMembers {
    addresses: HashSet<usize>,
    pointers: HashSet<String>,
    /// Required options that objects lack, by the address of the object.
    missing: HashMap<usize, Vec<&'static str>>,
}

impl LeftOutMembers {
    /// Leaves out the member at a pointer. Returns whether it was read before.
    pub(super) fn leave_out(&mut self, file: &Value, at: String) -> bool {
        let member = file.pointer(&at).map(address_of);
        self.pointers.insert(at);
        member.is_some_and(|member| self.addresses.insert(member))
    }

    /// Leaves out the object of a member.
    pub(super) fn leave_out_object(&mut self, file: &Value, member: &str) -> bool {
        let above = member.rsplit_once('/').map_or("", |(above, _)| above);
        file.pointer(above).is_some_and(|object| self.addresses.insert(address_of(object)))
            && !above.is_empty()
    }

    /// Lets a value stand for an option that an object lacks, so that others that it lacks are found too.
    pub(super) fn stand_in(&mut self, file: &Value, at: &str, option: &'static str) -> bool {
        let Some(object) = file.pointer(at) else { return false };
        let missing = self.missing.entry(address_of(object)).or_default();
        let is_new = !missing.contains(&option);
        if is_new {
            missing.push(option);
        }
        is_new
    }

    /// Whether the member at a pointer was left out.
    pub(super) fn has_pointer(&self, at: &str) -> bool {
        self.pointers.contains(at)
    }

    /// The options that an object lacks.
    pub(super) fn missing_of(&self, object: &Value) -> &[&'static str] {
        self.missing.get(&address_of(object)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, member: &Value) -> bool {
        self.addresses.contains(&address_of(member))
    }
}

fn address_of(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}
