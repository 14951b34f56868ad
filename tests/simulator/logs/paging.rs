//! Numbered pages, the older way: `count` and `page` in, `paging` out.
//! <https://docs.slack.dev/apis/web-api/pagination>

use serde_json::{Value, json};

use crate::web_api::args::Args;

/// A page as it was asked for: `count` entries (100 unless told), page 1 being the first.
pub(super) struct Page {
    pub(super) count: i64,
    pub(super) page: i64,
}

impl Page {
    pub(super) fn of(args: &Args) -> Self {
        let positive = |name: &str, default: i64| args.number(name).filter(|n| *n > 0).unwrap_or(default);
        Self { count: positive("count", 100), page: positive("page", 1) }
    }

    /// The items that stand on it: none beyond the last page.
    pub(super) fn of_items<'a, T>(&self, items: &'a [T]) -> &'a [T] {
        let at = |page: i64| usize::try_from(page.saturating_mul(self.count)).unwrap_or(usize::MAX).min(items.len());
        &items[at(self.page - 1)..at(self.page)]
    }

    /// The `paging` of an answer.
    pub(super) fn shown(&self, total: usize) -> Value {
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let pages = (total + self.count - 1) / self.count;
        json!({"count": self.count, "total": total, "page": self.page, "pages": pages})
    }
}
