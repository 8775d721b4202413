//! A group's attributes and who may change them.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{AttributeId, GroupId, UserId};
use crate::domain::text::{BadText, line, lines};

lines! {
    /// An attribute's key: 1 to 128 characters.
    AttributeKey(128, line);
}

/// The most attributes that a group can have.
pub const MAX_PER_GROUP: u32 = 100;

/// The most of them that everybody may read.
pub const MAX_PUBLIC: u32 = 10;

/// The most attributes that one request can name.
pub const MAX_PER_REQUEST: usize = 50;

/// An attribute's value: a text of at most 4,096 bytes, which may be empty.
///
/// A number or a truth value is read as its text, because games keep both in attributes. U+0000 is refused: languages
/// whose texts end there would read another value than was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Scalar", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, !try_from, extend("maxLength" = Self::MAX_BYTES)))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^[^\u0000]*$")))]
pub struct AttributeValue(String);

/// What a value can be written as.
#[derive(Deserialize)]
#[serde(untagged, expecting = "must be a text, a number, true or false")]
enum Scalar {
    Text(String),
    Truth(bool),
    Number(serde_json::Number),
}

impl TryFrom<Scalar> for AttributeValue {
    type Error = BadText;

    fn try_from(scalar: Scalar) -> Result<Self, BadText> {
        match scalar {
            Scalar::Text(text) => text.try_into(),
            Scalar::Truth(truth) => truth.to_string().try_into(),
            Scalar::Number(number) => number.to_string().try_into(),
        }
    }
}

impl AttributeValue {
    const MAX_BYTES: usize = 4096;
}

impl TryFrom<String> for AttributeValue {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        if text.len() > Self::MAX_BYTES {
            return Err(BadText::TooLong { max: Self::MAX_BYTES, unit: "bytes" });
        }
        if text.contains('\0') {
            return Err(BadText::Control);
        }
        Ok(Self(text))
    }
}

impl From<AttributeValue> for String {
    fn from(value: AttributeValue) -> Self {
        value.0
    }
}

/// An attribute as stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribute {
    pub group_id: GroupId,
    /// GameFuse's id for it.
    pub attribute_id: AttributeId,
    /// Unique within the group.
    pub attribute_key: AttributeKey,
    /// The text.
    pub attribute_value: AttributeValue,
    /// Who created it.
    pub creator_id: UserId,
    /// Whether only the creator changes it.
    pub only_can_edit_by_creator: bool,
    /// Whether everybody may read it, member or not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_public: bool,
}

/// What everybody may read of a public attribute: a row beside it, so that whoever reads a group need not read all attributes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublicAttribute {
    pub group_id: GroupId,
    /// See [`Attribute::attribute_key`].
    pub attribute_key: AttributeKey,
    /// See [`Attribute::attribute_value`].
    pub attribute_value: AttributeValue,
}

impl From<&Attribute> for PublicAttribute {
    fn from(attribute: &Attribute) -> Self {
        Self {
            group_id: attribute.group_id,
            attribute_key: attribute.attribute_key.clone(),
            attribute_value: attribute.attribute_value.clone(),
        }
    }
}

/// What somebody is to a group, as far as attributes are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A member without the admin role.
    Member,
    /// A member with the admin role.
    Admin,
    /// The game itself, which may do everything.
    Title,
}

/// What has become of an attribute's creator. Who is in the group no more protects nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creator {
    /// Still a member.
    Present,
    /// No member any more.
    Gone,
}

/// Whether somebody of that standing may create attributes.
pub fn can_create(standing: Standing, admins_only: bool) -> bool {
    match standing {
        Standing::Title | Standing::Admin => true,
        Standing::Member => !admins_only,
    }
}

impl Attribute {
    /// Whether `user`, being of that standing, may change the value.
    pub fn can_edit(
        &self,
        user: Option<UserId>,
        standing: Standing,
        creator: Creator,
        admins_only: bool,
    ) -> bool {
        match standing {
            Standing::Title => true,
            Standing::Member | Standing::Admin if user == Some(self.creator_id) => true,
            Standing::Member => !self.only_can_edit_by_creator && !admins_only,
            Standing::Admin => !self.only_can_edit_by_creator || creator == Creator::Gone,
        }
    }

    /// Whether `user`, being of that standing, may say who else may change it.
    pub fn can_protect(&self, user: Option<UserId>, standing: Standing, creator: Creator) -> bool {
        match standing {
            Standing::Title => true,
            Standing::Member | Standing::Admin if user == Some(self.creator_id) => true,
            Standing::Member => false,
            Standing::Admin => creator == Creator::Gone,
        }
    }

    /// Whether whoever is of that standing may say who reads it.
    pub fn can_publish(standing: Standing) -> bool {
        match standing {
            Standing::Title | Standing::Admin => true,
            Standing::Member => false,
        }
    }

    /// Whether `user`, being of that standing, may delete it.
    pub fn can_delete(&self, user: Option<UserId>, standing: Standing) -> bool {
        match standing {
            Standing::Title | Standing::Admin => true,
            Standing::Member => user == Some(self.creator_id),
        }
    }

    /// Whose being in the group decides whether `user`, being of that standing, may change it, if it is anybody's. Where
    /// nothing is protected, that matters only to whoever changes the protection.
    pub fn protector(
        &self,
        user: Option<UserId>,
        standing: Standing,
        changes_protection: bool,
    ) -> Option<UserId> {
        let matters = self.only_can_edit_by_creator || changes_protection;
        match standing {
            Standing::Title | Standing::Member => None,
            Standing::Admin => {
                Some(self.creator_id).filter(|creator| matters && user != Some(*creator))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: i64) -> UserId {
        UserId::try_from(id).unwrap()
    }

    fn attribute(only_can_edit_by_creator: bool) -> Attribute {
        Attribute {
            group_id: GroupId::try_from(1).unwrap(),
            attribute_id: AttributeId::try_from(1).unwrap(),
            attribute_key: "motto".to_owned().try_into().unwrap(),
            attribute_value: "onward".to_owned().try_into().unwrap(),
            creator_id: user(1),
            only_can_edit_by_creator,
            is_public: false,
        }
    }

    #[test]
    fn who_may_edit_follows_from_creator_flag_standing_and_group() {
        use Creator::{Gone, Present};
        use Standing::{Admin, Member, Title};
        // (protected, by the creator, standing, creator, admins only) -> may edit
        for (protected, own, standing, creator, admins_only, expected) in [
            (true, true, Member, Present, false, true),
            (true, true, Member, Present, true, true),
            (true, true, Admin, Present, false, true),
            (true, false, Member, Present, false, false),
            (true, false, Member, Gone, false, false),
            (true, false, Admin, Present, false, false),
            (true, false, Admin, Present, true, false),
            (true, false, Admin, Gone, true, true),
            (true, false, Title, Present, true, true),
            (false, true, Member, Present, true, true),
            (false, false, Member, Present, false, true),
            (false, false, Member, Gone, true, false),
            (false, false, Admin, Present, true, true),
            (false, false, Title, Present, true, true),
        ] {
            let editor = Some(if own { user(1) } else { user(2) });
            assert_eq!(
                attribute(protected).can_edit(editor, standing, creator, admins_only),
                expected,
                "protected {protected}, own {own}, {standing:?}, {creator:?}, admins only {admins_only}",
            );
        }
    }

    #[test]
    fn the_creator_says_who_else_may_edit_and_once_gone_the_admins_do() {
        use Creator::{Gone, Present};
        for (own, standing, creator, expected) in [
            (true, Standing::Member, Present, true),
            (false, Standing::Member, Gone, false),
            (false, Standing::Admin, Present, false),
            (false, Standing::Admin, Gone, true),
            (false, Standing::Title, Present, true),
        ] {
            let editor = Some(if own { user(1) } else { user(2) });
            let can = attribute(true).can_protect(editor, standing, creator);
            assert_eq!(can, expected, "own {own}, {standing:?}, {creator:?}");
        }
    }

    #[test]
    fn an_attribute_is_deleted_by_admins_and_by_its_creator() {
        for (own, standing, expected) in [
            (true, Standing::Member, true),
            (false, Standing::Member, false),
            (false, Standing::Admin, true),
            (false, Standing::Title, true),
        ] {
            for protected in [true, false] {
                let editor = Some(if own { user(1) } else { user(2) });
                assert_eq!(attribute(protected).can_delete(editor, standing), expected);
            }
        }
    }

    #[test]
    fn the_creators_membership_matters_to_other_admins_of_what_is_protected_or_is_to_be() {
        for (protected, own, standing, changes_protection, matters) in [
            (true, false, Standing::Admin, false, true),
            (true, true, Standing::Admin, false, false),
            (false, false, Standing::Admin, false, false),
            (false, false, Standing::Admin, true, true),
            (false, true, Standing::Admin, true, false),
            (true, false, Standing::Member, true, false),
            (true, false, Standing::Title, true, false),
        ] {
            let editor = Some(if own { user(1) } else { user(2) });
            let protector = attribute(protected).protector(editor, standing, changes_protection);
            let expected = matters.then(|| user(1));
            assert_eq!(protector, expected, "{protected} {own} {standing:?} {changes_protection}");
        }
    }

    #[test]
    fn members_create_attributes_unless_only_admins_do() {
        assert!(can_create(Standing::Member, false));
        assert!(!can_create(Standing::Member, true));
        assert!(can_create(Standing::Admin, true));
        assert!(can_create(Standing::Title, true));
    }

    #[test]
    fn a_value_is_limited_in_bytes_and_may_be_empty() {
        assert!(AttributeValue::try_from(String::new()).is_ok());
        assert!(AttributeValue::try_from("x".repeat(4096)).is_ok());
        assert!(AttributeValue::try_from("x".repeat(4097)).is_err());
        assert!(AttributeValue::try_from("é".repeat(2049)).is_err());
        assert!(AttributeValue::try_from("a\nb\tc".to_owned()).is_ok());
        assert!(AttributeValue::try_from("a\0b".to_owned()).is_err());
    }

    #[test]
    fn a_number_or_a_truth_value_is_its_text() {
        for (json, text) in [
            ("\"x\"", Some("x")),
            ("5", Some("5")),
            ("-7.5", Some("-7.5")),
            ("5.0", Some("5.0")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("true", Some("true")),
            ("false", Some("false")),
            ("null", None),
            ("[]", None),
            ("{\"a\": 1}", None),
        ] {
            let value = serde_json::from_str::<AttributeValue>(json).map(String::from).ok();
            assert_eq!(value.as_deref(), text, "{json}");
        }
    }
}
