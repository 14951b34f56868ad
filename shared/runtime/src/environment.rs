//! The environment variables a function reads: named in one list, checked at start, never read again.

use std::collections::BTreeMap;

/// The variables of a function.
#[derive(Debug, Clone)]
pub struct Environment(BTreeMap<&'static str, String>);

/// A variable that is not set. Nothing can be done at run time: the template is wrong.
#[derive(Debug, thiserror::Error)]
#[error("environment variable {0} is not set")]
pub struct Missing(pub &'static str);

impl Environment {
    /// Reads the variables in `names`.
    ///
    /// # Errors
    /// [`Missing`] names the first one that is not set.
    pub fn read(names: &[&'static str]) -> Result<Self, Missing> {
        let value = |name: &'static str| Ok((name, crate::aws::variable(name).ok_or(Missing(name))?));
        names.iter().map(|name| value(name)).collect::<Result<_, _>>().map(Self)
    }

    /// The value of a variable that was in the list.
    ///
    /// # Panics
    /// If it was not in the list: the list is the contract with the template.
    pub fn get(&self, name: &'static str) -> String {
        self.0.get(name).expect("a function reads only the variables it lists").clone()
    }

    /// The value, or `None` if it is empty.
    pub fn optional(&self, name: &'static str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}
