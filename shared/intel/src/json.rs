//! Reads single values out of an answer of unknown shape: what is not there, or of another type, is `None`.

use serde_json::Value;

/// An answer's JSON.
pub(crate) struct Json(Value);

impl Json {
    /// Parses `body`, which must be an object.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().filter(Value::is_object).map(Self)
    }

    /// The value at `path`, the keys joined with dots.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |value, key| value.get(key))
    }

    /// A text with something in it.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The first of the paths that has a text.
    pub(crate) fn first_text(&self, paths: &[&str]) -> Option<&str> {
        paths.iter().find_map(|path| self.text(path))
    }

    pub(crate) fn owned(&self, path: &str) -> Option<String> {
        self.text(path).map(str::to_owned)
    }

    pub(crate) fn number(&self, path: &str) -> Option<i64> {
        self.at(path)?.as_i64()
    }

    /// Whether it is `true`.
    pub(crate) fn is(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The day of a time that is given in seconds since 1970.
    pub(crate) fn day(&self, path: &str) -> Option<String> {
        let time = jiff::Timestamp::from_second(self.number(path)?).ok()?;
        Some(time.strftime("%Y-%m-%d").to_string())
    }

    /// The day of a time that is given as text, as it begins with it.
    pub(crate) fn day_of_text(&self, path: &str) -> Option<String> {
        self.text(path)?.get(..10).map(str::to_owned)
    }
}
