//! What endpoints take and answer, told to whoever describes them. Functions are built without the feature `schema`, and so
//! without a word of it.

#[cfg(feature = "schema")]
mod description {
    use http::StatusCode;
    use schemars::JsonSchema;
    use schemars::generate::{SchemaGenerator, SchemaSettings};
    use serde_json::{Map, Value};
    use shared::Refusal;

    use crate::http::Route;

    /// A route, and what it takes and answers.
    #[derive(Debug)]
    pub struct Described {
        pub route: &'static Route,
        /// Tells what its endpoint takes and answers.
        pub describe: fn(&mut Generators) -> Description,
        /// Its sample event, as of the build.
        pub event: &'static str,
        /// What that is answered with.
        pub answer: &'static str,
    }

    /// Makes schemas, and keeps those of types that others refer to. What is read has other schemas than what is written.
    pub struct Generators {
        requests: SchemaGenerator,
        answers: SchemaGenerator,
    }

    impl Default for Generators {
        fn default() -> Self {
            let draft = SchemaSettings::draft2020_12;
            let generator = |mut settings: SchemaSettings| {
                settings.definitions_path = "/components/schemas".into();
                settings.into_generator()
            };
            Self {
                requests: generator(draft().for_deserialize()),
                answers: generator(draft().for_serialize()),
            }
        }
    }

    impl Generators {
        /// The schemas that others refer to: of what is read, and of what is written.
        pub fn definitions(mut self) -> [Map<String, Value>; 2] {
            [&mut self.requests, &mut self.answers]
                .map(|generator| generator.take_definitions(true))
        }
    }

    /// What an endpoint takes and answers.
    pub struct Description {
        /// What it does, as its documentation says.
        pub text: String,
        /// What the type of its request is called.
        pub request_name: String,
        /// All of its parameters, wherever they come from.
        pub request: Value,
        /// The body of a success; without PlayFab's envelope.
        pub response: Value,
        /// The status of a success.
        pub success: StatusCode,
        /// The status of a refusal.
        pub status: fn(&Refusal) -> StatusCode,
    }

    impl Description {
        /// The description of the endpoint `E`.
        pub fn new<E: JsonSchema, Q: JsonSchema, A: JsonSchema>(
            generators: &mut Generators,
            success: StatusCode,
            status: fn(&Refusal) -> StatusCode,
        ) -> Self {
            let Generators { requests, answers } = generators;
            let endpoint = E::json_schema(answers);
            let text = endpoint.get("description").and_then(|text| text.as_str());
            Self {
                text: text.unwrap_or_default().to_owned(),
                request_name: Q::schema_name().into_owned(),
                request: Q::json_schema(requests).to_value(),
                response: answers.subschema_for::<A>().to_value(),
                success,
                status,
            }
        }
    }
}

#[cfg(feature = "schema")]
pub use description::{Described, Description, Generators};
#[cfg(feature = "schema")]
pub use schemars::JsonSchema;

/// What can be described: everything, where nothing is.
#[cfg(not(feature = "schema"))]
pub trait JsonSchema {}

#[cfg(not(feature = "schema"))]
impl<T> JsonSchema for T {}
