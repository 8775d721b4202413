//! Invite codes as they are told: 20 letters and digits of Crockford's base 32, which can be read aloud and typed without
//! confusion. Each says which group it is of, so that one read finds all that letting somebody in rests on, and has a
//! secret of 69 bits, which is drawn for it alone: whoever guesses guesses at one group's codes, and not at all there are.

use crate::auth::secrets::Secret;
use crate::domain::ids::GroupId;

/// Crockford's digits: no I, L, O or U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many digits a code has, five bits each.
const LENGTH: usize = 20;

/// How many digits are told in one go.
const GROUP: usize = 4;

/// How many of its bits are secret; the others are the group's id.
const SECRET_BITS: u32 = 69;

/// What lets people in. It has no `Display` and no `Debug`.
#[derive(Clone, Copy)]
pub struct InviteCode {
    group: GroupId,
    number: u128,
}

impl InviteCode {
    /// The code of a group that is made of these random bytes.
    pub fn new(group: GroupId, random: [u8; 9]) -> Self {
        let bits = random.iter().fold(0, |bits, byte| (bits << 8) | u128::from(*byte));
        let secret = bits & ((1 << SECRET_BITS) - 1);
        Self { group, number: (u128::from(group.get()) << SECRET_BITS) | secret }
    }

    /// The code that somebody has typed, in whatever case, with dashes and blanks or without; nothing where that can be none.
    pub fn read(typed: &Secret) -> Option<Self> {
        let signs = typed.expose().chars().filter(|sign| !matches!(sign, '-' | ' '));
        let (mut number, mut length) = (0, 0);
        for sign in signs {
            length += 1;
            if length > LENGTH {
                return None;
            }
            number = (number << 5) | digit(sign)?;
        }
        let group = i64::try_from(number >> SECRET_BITS).ok()?.try_into().ok()?;
        (length == LENGTH).then_some(Self { group, number })
    }

    /// The group that it is of.
    pub fn group(&self) -> GroupId {
        self.group
    }

    /// The text to tell.
    pub fn tell(&self) -> String {
        let digits = self.digits();
        let groups: Vec<&str> =
            (0..LENGTH).step_by(GROUP).filter_map(|at| digits.get(at..at + GROUP)).collect();
        groups.join("-")
    }

    /// The hash under which it is stored.
    pub fn hash(&self) -> String {
        Secret::new(self.digits()).hash()
    }

    fn digits(&self) -> String {
        let places = (0..LENGTH).rev();
        let digit = |place: usize| DIGITS[((self.number >> (5 * place)) & 31) as usize];
        places.map(|place| char::from(digit(place))).collect()
    }
}

/// What a sign stands for: letters that look like digits are those.
fn digit(sign: char) -> Option<u128> {
    let sign = match sign.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        sign => sign,
    };
    let place = DIGITS.iter().position(|digit| char::from(*digit) == sign)?;
    u128::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<InviteCode> {
        InviteCode::read(&Secret::new(text.to_owned()))
    }

    #[test]
    fn a_code_is_told_in_groups_of_four() {
        let code = InviteCode::new(1.try_into().unwrap(), [0xff; 9]);
        // The lowest bit of the group's id, and 69 of the secret.
        assert_eq!(code.tell(), "0000-00ZZ-ZZZZ-ZZZZ-ZZZZ");
    }

    #[test]
    fn case_dashes_and_letters_that_look_like_digits_do_not_matter() {
        let code = InviteCode::new(1.try_into().unwrap(), [0; 9]);
        let code = InviteCode { number: code.number | 33, ..code };
        assert_eq!(code.tell(), "0000-00G0-0000-0000-0011");
        for text in [
            "0000-00G0-0000-0000-0011",
            "000000g0000000000011",
            "oOoO 00g0 0000 0000 00iL",
            " 0000-00G0-0000-0000-0011 ",
        ] {
            assert_eq!(read(text).map(|it| it.hash()), Some(code.hash()), "{text}");
        }
    }

    #[test]
    fn what_can_be_no_code_is_none() {
        for text in [
            "",
            "0000-00G0-0000-0000-001",
            "0000-00G0-0000-0000-00111",
            "0000-00G0-0000-0000-001U",
            "0000-00G0-0000-0000-001ß",
            "0000-0000-0000-0000-0011",
            "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZZ",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_that_was_told_is_understood(
            group in 1..=i64::from(u32::MAX / 2), random: [u8; 9],
        ) {
            let group = GroupId::try_from(group)?;
            let code = InviteCode::new(group, random);
            let heard = read(&code.tell().to_lowercase());
            prop_assert_eq!(heard.as_ref().map(InviteCode::group), Some(group));
            prop_assert_eq!(heard.map(|it| it.hash()), Some(code.hash()));
        }
    }
}
