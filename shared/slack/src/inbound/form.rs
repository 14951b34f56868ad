//! Reads one field of an `application/x-www-form-urlencoded` body, strictly: where a lenient reader would guess, two
//! readers could see two different requests.

use super::Malformed;

/// The value of the field `name`, which must be there once.
///
/// # Errors
/// [`Malformed`] if it is missing or there twice, or if it has a bad percent-escape or is not UTF-8.
pub(super) fn only_field(body: &[u8], name: &str) -> Result<String, Malformed> {
    let mut found = None;
    for pair in body.split(|b| *b == b'&') {
        let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let (key, value) = pair.split_at(at);
        if decode(key)? != name {
            continue;
        }
        let value = decode(value.strip_prefix(b"=").unwrap_or(value))?;
        if found.replace(value).is_some() {
            return Err(Malformed(format!("the form has {name} twice")));
        }
    }
    found.ok_or_else(|| Malformed(format!("the form has no {name}")))
}

fn decode(text: &[u8]) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let mut byte = [0];
                hex::decode_to_slice([*high, *low], &mut byte)
                    .map_err(|_| Malformed("the form has a bad percent-escape".into()))?;
                bytes.push(byte[0]);
                tail
            }
            (b'%', _) => return Err(Malformed("the form ends inside a percent-escape".into())),
            (b'+', tail) => {
                bytes.push(b' ');
                tail
            }
            (byte, tail) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    String::from_utf8(bytes).map_err(|_| Malformed("the form is not UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_read_strictly() {
        assert_eq!(only_field(b"a=1&payload=%7B+%C3%BC%7d&b", "payload").unwrap(), "{ ü}");
        assert_eq!(only_field(b"p%61yload=x", "payload").unwrap(), "x");
        assert_eq!(only_field(b"payload=a=b", "payload").unwrap(), "a=b");
        let bad: [&[u8]; 9] = [
            b"",
            b"payloads=1",
            b"payload=1&payload=2",
            b"payload=1&p%61yload=2",
            b"payload=%",
            b"payload=%4",
            b"payload=%zz",
            b"payload=%ff",
            b"payload=\xff",
        ];
        for body in bad {
            assert!(only_field(body, "payload").is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    proptest! {
        #[test]
        fn what_a_form_writer_encodes_is_read_back(value in any::<String>(), other in any::<String>()) {
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("other", &other)
                .append_pair("payload", &value)
                .finish();
            prop_assert_eq!(only_field(body.as_bytes(), "payload").unwrap(), value);
        }

        #[test]
        fn any_bytes_give_a_value_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = only_field(&body, "payload");
        }
    }
}
