//! Items of lists.

use serde_json::Value;

use super::comparer::Comparer;
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};
use crate::json::Path;

impl<'v> Comparer<'v> {
    pub fn arrays(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        let named = |view: &MergedSchema<'v>| {
            let lists = view.held("prefixItems").filter_map(Value::as_array);
            lists.map(Vec::len).max().unwrap_or_default()
        };
        let longest = |view: &MergedSchema<'v>| {
            view.held("maxItems").filter_map(Value::as_f64).fold(f64::INFINITY, f64::min)
        };
        let (count, most) = (named(old).max(named(new)), longest(old));
        let prefix = path.key("prefixItems");
        for index in 0..count {
            #[expect(clippy::cast_precision_loss, reason = "a list of schemas is short")]
            if index as f64 >= most {
                return;
            }
            self.pair(&item(old, Some(index)), &item(new, Some(index)), None, &prefix.index(index));
        }
        #[expect(clippy::cast_precision_loss, reason = "a list of schemas is short")]
        if (count as f64) < most {
            self.pair(&item(old, None), &item(new, None), None, &path.key("items"));
        }
    }
}

/// What an item must fit: the one at an index, or each that no schema names.
fn item<'v>(view: &MergedSchema<'v>, index: Option<usize>) -> SchemaParts<'v> {
    let own = |(node, _): &(&'v serde_json::Map<String, Value>, _)| {
        let named = index.and_then(|index| node.get("prefixItems")?.as_array()?.get(index));
        named.or_else(|| node.get("items")).map(SchemaPart::Whole)
    };
    view.nodes.iter().filter_map(own).collect()
}
