//! Parameters, from wherever they come: path, query and body (JSON, form or multipart) are merged into one set.
//!
//! Text from a path, a query or a form becomes a number or a truth value where one is wanted. In JSON the types must fit:
//! nothing is coerced there.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, header};
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use shared::Refusal;

/// Parameters by name.
#[derive(Debug, Default)]
pub struct Parameters(BTreeMap<String, Parameter>);

#[derive(Debug, Clone)]
enum Parameter {
    /// From a path, a query or a form.
    Text(String),
    /// From a JSON body.
    Json(Value),
}

impl Parameters {
    /// The parameters of a request. Where a name is given twice, the path wins over the body, the body over the query.
    ///
    /// Fields nested under `resource`, as in `{"group": {...}}`, count as if they stood beside it.
    ///
    /// # Errors
    /// [`Refusal::UnsupportedMediaType`], [`Refusal::MalformedBody`].
    pub async fn read(
        path: Vec<(String, String)>,
        query: Option<&str>,
        headers: &HeaderMap,
        body: &Bytes,
        resource: &str,
    ) -> Result<Self, Refusal> {
        let mut parameters = Self::default();
        parameters.add_form(query.unwrap_or_default().as_bytes());
        parameters.add_body(headers, body).await?;
        parameters.unnest(resource);
        parameters.0.extend(path.into_iter().map(|(name, text)| (name, Parameter::Text(text))));
        Ok(parameters)
    }

    fn add_form(&mut self, form: &[u8]) {
        let pairs = form_urlencoded::parse(form).into_owned();
        self.0.extend(pairs.map(|(name, text)| (name, Parameter::Text(text))));
    }

    async fn add_body(&mut self, headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
        // Clients name a type even where they send nothing.
        if body.is_empty() {
            return Ok(());
        }
        let Some(content_type) = headers.get(header::CONTENT_TYPE) else {
            return self.add_json(body);
        };
        let content_type = content_type.to_str().map_err(|_| Refusal::UnsupportedMediaType)?;
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/json" => self.add_json(body),
            "application/x-www-form-urlencoded" => {
                self.add_form(body);
                Ok(())
            }
            "multipart/form-data" => self.add_multipart(content_type, body).await,
            _ => Err(Refusal::UnsupportedMediaType),
        }
    }

    fn add_json(&mut self, body: &Bytes) -> Result<(), Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => {
                let fields = fields.into_iter();
                self.0.extend(fields.map(|(name, value)| (name, Parameter::Json(value))));
                Ok(())
            }
            Ok(_) => Err(Refusal::MalformedBody("it is not a JSON object".to_owned())),
            // The place, but not the text: that may hold a password.
            Err(error) => Err(Refusal::MalformedBody(format!(
                "it is not JSON (line {}, column {})",
                error.line(),
                error.column()
            ))),
        }
    }

    async fn add_multipart(&mut self, content_type: &str, body: &Bytes) -> Result<(), Refusal> {
        let malformed = || Refusal::MalformedBody("it is not a multipart form".to_owned());
        let boundary = multer::parse_boundary(content_type).map_err(|_| malformed())?;
        let whole = futures_util::stream::iter([Ok::<_, std::io::Error>(body.clone())]);
        let mut form = multer::Multipart::new(whole, boundary);
        while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
            let name = field.name().ok_or_else(malformed)?.to_owned();
            let bytes = field.bytes().await.map_err(|_| malformed())?;
            let text = String::from_utf8(bytes.into()).map_err(|_| malformed())?;
            self.0.insert(name, Parameter::Text(text));
        }
        Ok(())
    }

    fn unnest(&mut self, resource: &str) {
        let Some(Parameter::Json(Value::Object(fields))) = self.0.get(resource).cloned() else {
            return;
        };
        self.0.remove(resource);
        self.0.extend(fields.into_iter().map(|(name, value)| (name, Parameter::Json(value))));
    }

    /// The request that these parameters make.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`] for the first that is missing, unknown, of the wrong type or out of range.
    pub fn into_request<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        let map = MapDeserializer::<_, serde_json::Error>::new(self.0.into_iter());
        serde_path_to_error::deserialize(map).map_err(|error| {
            let path = error.path().to_string();
            explain(&path, &error.into_inner().to_string())
        })
    }
}

/// What is wrong with a parameter, told without its value: that may be a password.
pub fn explain(path: &str, message: &str) -> Refusal {
    let quoted = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        Some(rest.split('`').next().unwrap_or_default().to_owned())
    };
    // Inside a list or object the path leads there; at the top it is a dot.
    let place = |name: String| match path.trim_end_matches('.') {
        "" => name,
        path if path.ends_with(&name) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if let Some(name) = quoted("missing field `") {
        return Refusal::invalid(place(name), "is required");
    }
    if let Some(name) = quoted("unknown field `") {
        return Refusal::invalid(place(name), "is not a parameter of this endpoint");
    }
    let problem = match message.rsplit_once(", expected ") {
        Some((_, "u32" | "i64" | "u64")) => "must be a whole number".to_owned(),
        Some((_, "a boolean")) => "must be true or false".to_owned(),
        Some((_, "a sequence")) => "must be a list".to_owned(),
        Some((_, expected)) if expected.starts_with("struct ") => "must be an object".to_owned(),
        Some((_, expected)) => format!("must be {}", expected.replace('`', "")),
        None if message.starts_with("must ") => message.to_owned(),
        None => "is not valid".to_owned(),
    };
    Refusal::invalid(path, problem)
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Parameter {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Gives a number or truth value to whoever wants one, if the text is one; else the text, which the wanting type refuses.
macro_rules! parse_text {
    ($($method:ident => $visit:ident as $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self {
                Self::Text(text) => match text.parse::<$type>() {
                    // `parse` would also take a leading plus.
                    Ok(value) if !text.starts_with('+') => visitor.$visit(value),
                    Ok(_) | Err(_) => visitor.visit_string(text),
                },
                Self::Json(value) => value.$method(visitor),
            }
        }
    )*};
}

/// Passes on what JSON has its own way of reading.
macro_rules! pass_on {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(
            self, $($argument: $type,)* visitor: V,
        ) -> Result<V::Value, Self::Error> {
            match self {
                Self::Text(text) => visitor.visit_string(text),
                Self::Json(value) => value.$method($($argument,)* visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Parameter {
    type Error = serde_json::Error;

    parse_text! {
        deserialize_bool => visit_bool as bool;
        deserialize_i64 => visit_i64 as i64;
        deserialize_u32 => visit_u32 as u32;
    }

    pass_on! {
        deserialize_any();
        deserialize_seq();
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Json(Value::Null) => visitor.visit_none(),
            Self::Text(_) | Self::Json(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use shared::domain::ids::GroupId;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        id: GroupId,
        flag: Option<bool>,
        size: Option<u32>,
        name: Option<String>,
        items: Option<Vec<Item>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        key: String,
    }

    fn read(query: &str, content_type: &str, body: &str) -> Result<Wanted, Refusal> {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        let body = Bytes::copy_from_slice(body.as_bytes());
        let read = Parameters::read(Vec::new(), Some(query), &headers, &body, "thing");
        futures_util::FutureExt::now_or_never(read).unwrap()?.into_request()
    }

    const JSON: &str = "application/json; charset=utf-8";

    fn refused(query: &str, content_type: &str, body: &str) -> String {
        read(query, content_type, body).unwrap_err().to_string()
    }

    #[test]
    fn the_same_parameters_are_read_from_wherever_they_come() {
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7\r\n\
             --x\r\nContent-Disposition: form-data; name=\"flag\"\r\n\r\ntrue\r\n--x--\r\n";
        for (query, content_type, body) in [
            ("id=7&flag=true", "", ""),
            ("id=7&flag=true", "application/json", ""),
            ("", JSON, r#"{"id": 7, "flag": true}"#),
            ("", "", r#"{"id": 7, "flag": true, "size": null}"#),
            ("", JSON, r#"{"thing": {"id": 7}, "flag": true}"#),
            ("id=9&flag=false", JSON, r#"{"thing": {"id": 7, "flag": true}}"#),
            ("flag=true", "application/x-www-form-urlencoded", "id=7"),
            ("", "multipart/form-data; boundary=x", multipart),
        ] {
            let wanted = read(query, content_type, body).unwrap();
            assert_eq!((wanted.id.get(), wanted.flag), (7, Some(true)), "{query} {body}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_and_not_repeated() {
        for (query, body, expected) in [
            ("", "{}", "id is required"),
            ("", r#"{"id": "7"}"#, "id must be a whole number"),
            ("", r#"{"id": 7.5}"#, "id must be a whole number"),
            ("", r#"{"id": 0}"#, "id must be a whole number from 1 to 2147483647"),
            ("", r#"{"id": null}"#, "id must be a whole number"),
            ("id=x", "", "id must be a whole number"),
            ("id=%2B7", "", "id must be a whole number"),
            ("", r#"{"id": 7, "flag": "true"}"#, "flag must be true or false"),
            ("id=7&flag=yes", "", "flag must be true or false"),
            ("", r#"{"id": 7, "size": -1}"#, "size must be a whole number"),
            ("", r#"{"id": 7, "size": 5000000000}"#, "size must be a whole number"),
            ("", r#"{"id": 7, "name": 12345}"#, "name must be a string"),
            ("", r#"{"id": 7, "nom": "x"}"#, "nom is not a parameter of this endpoint"),
            ("", r#"{"id": 7, "items": {}}"#, "items must be a list"),
            ("", r#"{"id": 7, "items": [1]}"#, "items[0] must be an object"),
            ("", r#"{"id": 7, "items": [{}]}"#, "items[0].key is required"),
            (
                "",
                r#"{"id": 7, "items": [{"key": "a", "x": 1}]}"#,
                "items[0].x is not a parameter of this endpoint",
            ),
        ] {
            assert_eq!(refused(query, JSON, body), expected, "{query} {body}");
        }
    }

    #[test]
    fn a_body_that_cannot_be_read_is_refused() {
        for (content_type, body) in [
            (JSON, "{"),
            (JSON, "[]"),
            (JSON, "\"text\""),
            ("multipart/form-data; boundary=x", "nothing of the kind"),
            ("multipart/form-data", "--x--"),
        ] {
            assert_eq!(read("", content_type, body).unwrap_err().name(), "MalformedBody", "{body}");
        }
        assert_eq!(read("", "text/plain", "id=7").unwrap_err(), Refusal::UnsupportedMediaType);
    }
}
