//! JSON read as it is said to be: where an object belongs only an object is read. Serde would also take a list of the
//! fields' values in their order, which nobody means and which no description of the API allows.

use std::vec;

use serde::{
    de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor, value::StringDeserializer},
    forward_to_deserialize_any,
};
use serde_json::{Error, Value, map};

/// A value to be read so.
pub(super) struct Strict(pub(super) Value);

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields { rest: fields.into_iter(), value: None }),
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => Err(Error::custom("invalid type: array, expected an object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Strict(value))).transpose()
    }
}

struct Fields {
    rest: map::IntoIter,
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(StringDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Strict(self.value.take().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Small,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    struct Inner {
        a: f64,
        b: Option<String>,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    struct Outer {
        inner: Inner,
        all: Vec<Inner>,
        by: BTreeMap<String, Kind>,
        rest: Value,
    }

    fn read(value: Value) -> Result<Outer, Error> {
        Outer::deserialize(Strict(value))
    }

    #[test]
    fn what_is_written_as_it_should_be_is_read_as_ever() {
        let value = json!({
            "inner": {"a": 1, "b": null}, "all": [{"a": 2.5, "b": "x"}], "by": {"k": "small"}, "rest": {"a": [1, "x"]},
        });
        assert_eq!(read(value.clone()).unwrap(), serde_json::from_value::<Outer>(value).unwrap());
    }

    #[test]
    fn a_list_is_no_object() {
        let good = json!({"inner": {"a": 1}, "all": [], "by": {}, "rest": null});
        for (place, list) in [("inner", json!([1, "x"])), ("all", json!([[1, "x"]]))] {
            let mut value = good.clone();
            value[place] = list;
            assert!(serde_json::from_value::<Outer>(value.clone()).is_ok(), "serde alone would take it");
            assert_eq!(read(value).unwrap_err().to_string(), "invalid type: array, expected an object");
        }
        assert!(read(good).is_ok());
    }
}
