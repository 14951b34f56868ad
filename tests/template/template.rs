//! template.yaml as JSON, with CloudFormation's short forms written out: `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

/// The parsed template, or a broken copy of it.
#[derive(Clone)]
pub(crate) struct Template(Value);

/// What a rule finds wrong. Empty: the template keeps it.
pub(crate) type Complaints = Vec<String>;

impl Template {
    /// The one in the checkout.
    pub(crate) fn read() -> Template {
        Template::at("template.yaml")
    }

    /// Another one, by its path in the checkout.
    pub(crate) fn at(path: &str) -> Template {
        let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the template lies in the checkout");
        Template(long_form(serde_yaml_ng::from_str(&text).expect("a template is YAML")))
    }

    /// All resources of a type, by logical id.
    pub(crate) fn resources<'a>(&'a self, of_type: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.0["Resources"].as_object().into_iter().flatten();
        all.filter(move |(_, resource)| resource["Type"] == of_type).map(|(id, resource)| (id.as_str(), resource))
    }

    /// Null if there is none.
    pub(crate) fn resource(&self, id: &str) -> &Value {
        &self.0["Resources"][id]
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.resources("AWS::Serverless::Function")
    }

    /// A section such as `Parameters` or `Outputs`.
    pub(crate) fn section(&self, name: &str) -> &Value {
        &self.0[name]
    }

    /// This template with the value at a JSON pointer replaced, or removed if `value` is `None`.
    pub(crate) fn broken(&self, pointer: &str, value: Option<Value>) -> Template {
        let mut copy = self.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let parent = copy.0.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {pointer}"));
        match (parent, value) {
            (Value::Object(object), Some(value)) => {
                object.insert(key.to_owned(), value);
            }
            (Value::Object(object), None) => {
                object.remove(key).unwrap_or_else(|| panic!("nothing at {pointer}"));
            }
            (Value::Array(array), value) => {
                let index: usize = key.parse().expect("an index");
                match value {
                    Some(value) if index == array.len() => array.push(value),
                    Some(value) => array[index] = value,
                    None => drop(array.remove(index)),
                }
            }
            (other, _) => panic!("{pointer} is below {other}"),
        }
        copy
    }
}

/// Tests a rule: the template keeps it, and each of these changes breaks it. A change is a JSON pointer, below Resources
/// or, with `../`, below the whole template, and what stands there then.
pub(crate) fn holds(rule: impl Fn(&Template) -> Complaints, breakages: &[(&str, Option<Value>)]) {
    let template = Template::read();
    assert_eq!(rule(&template), Complaints::new(), "template.yaml breaks the rule");
    assert!(!breakages.is_empty(), "a rule without a breakage is not tested");
    for (pointer, value) in breakages {
        let pointer =
            pointer.strip_prefix("../").map_or_else(|| format!("/Resources/{pointer}"), |top| format!("/{top}"));
        let broken = template.broken(&pointer, value.clone());
        assert!(!rule(&broken).is_empty(), "not caught: {pointer} = {value:?}");
    }
}

/// The logical id that `{"Fn::GetAtt": [id, attribute]}` names.
pub(crate) fn attribute_of<'a>(value: &'a Value, attribute: &str) -> Option<&'a str> {
    let pair = value["Fn::GetAtt"].as_array()?;
    if pair.len() == 2 && pair[1] == attribute { pair[0].as_str() } else { None }
}

/// A list, or one thing that may stand for a list of one.
pub(crate) fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn long_form(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(number) => number.as_i64().map_or_else(|| json!(number.as_f64()), Value::from),
        Yaml::String(text) => text.into(),
        Yaml::Sequence(list) => list.into_iter().map(long_form).collect(),
        Yaml::Mapping(mapping) => {
            let pairs = mapping.into_iter().map(|(key, value)| {
                let key = key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned);
                (key, long_form(value))
            });
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let (tag, value) = (tag.trim_start_matches('!'), long_form(tagged.value));
            match (tag, value) {
                ("Ref" | "Condition", value) => json!({ tag: value }),
                ("GetAtt", Value::String(path)) => {
                    json!({"Fn::GetAtt": path.splitn(2, '.').collect::<Vec<_>>()})
                }
                (tag, value) => json!({ format!("Fn::{tag}"): value }),
            }
        }
    }
}

#[test]
fn short_forms_are_written_out() {
    let yaml = serde_yaml_ng::from_str("{a: !Ref B, c: !GetAtt D.E.F, g: !If [H, [!Sub '${I}'], 3]}").expect("YAML");
    let json = json!({
        "a": {"Ref": "B"},
        "c": {"Fn::GetAtt": ["D", "E.F"]},
        "g": {"Fn::If": ["H", [{"Fn::Sub": "${I}"}], 3]},
    });
    assert_eq!(long_form(yaml), json);
}
