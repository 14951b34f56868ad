//! How a field of a log type is described.

/// The fields of an object that the schema knows; at most 32.
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
}

impl Shape {
    /// The place of the field `name`, which is probably `likely`.
    pub(super) fn find(&self, name: &str, likely: usize) -> Option<usize> {
        if self.fields.get(likely).is_some_and(|field| field.name == name) {
            return Some(likely);
        }
        self.fields.iter().position(|field| field.name == name)
    }
}

/// A field that the schema knows.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) indicator: Option<Indicator>,
    /// Its place among what tells the entry from others.
    pub(super) part: Option<usize>,
}

/// What the schema has a field be.
pub(super) enum Kind {
    /// `string`
    Text,
    /// `timestamp` with `timeFormat: unix`
    Time(Time),
    /// `bigint`
    Whole,
    /// `boolean`
    Flag,
    /// `array` of `string`
    Texts,
    /// `object` with fields
    Object(&'static Shape),
    /// `json`
    Json,
}

/// What a timestamp says of an entry.
#[derive(Clone, Copy)]
pub(super) enum Time {
    /// When it happened (`isEventTime`).
    Event,
    /// Where Slack lists it.
    Listing,
}

/// The list of indicators that a field belongs to.
#[derive(Clone, Copy)]
pub(super) enum Indicator {
    Ip,
    Username,
    Email,
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false, indicator: None, part: None }
    }

    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) const fn indicator(self, indicator: Indicator) -> Self {
        Self { indicator: Some(indicator), ..self }
    }

    pub(super) const fn part(self, place: usize) -> Self {
        Self { part: Some(place), ..self }
    }
}

pub(super) const fn text(name: &'static str) -> Field {
    Field::new(name, Kind::Text)
}

pub(super) const fn time(name: &'static str, time: Time) -> Field {
    Field::new(name, Kind::Time(time))
}

pub(super) const fn whole(name: &'static str) -> Field {
    Field::new(name, Kind::Whole)
}

pub(super) const fn flag(name: &'static str) -> Field {
    Field::new(name, Kind::Flag)
}

pub(super) const fn texts(name: &'static str) -> Field {
    Field::new(name, Kind::Texts)
}

pub(super) const fn object(name: &'static str, shape: &'static Shape) -> Field {
    Field::new(name, Kind::Object(shape))
}

pub(super) const fn json(name: &'static str) -> Field {
    Field::new(name, Kind::Json)
}
