//! What people and guilds are called.

use fastrand::Rng;

const FIRST: &[&str] = &[
    "ada", "aiko", "amara", "anton", "ayla", "bela", "bruno", "carmen", "cato", "chidi", "dara",
    "diego", "edda", "elif", "emil", "esme", "farid", "fiona", "gita", "goran", "hana", "hugo",
    "ida", "ines", "ivo", "jana", "jonas", "juno", "kaito", "kira", "lars", "leila", "lina",
    "luca", "mara", "mateo", "mila", "nadia", "nils", "noor", "odin", "olga", "oskar", "pia",
    "priya", "rafael", "rania", "rosa", "runa", "sami", "selma", "stella", "taro", "tomas", "uma",
    "vera", "viktor", "wanda", "yara", "zeno",
];

const LAST: &[&str] = &[
    "ash", "bell", "birch", "bishop", "blaze", "brook", "carver", "castle", "cole", "crane",
    "crow", "dale", "drake", "ember", "falk", "fern", "finch", "flint", "fox", "frost", "gale",
    "grove", "hale", "hart", "hawk", "heath", "hill", "holm", "hunter", "iron", "jay", "keen",
    "lake", "lark", "lowe", "marsh", "mason", "moss", "north", "oak", "page", "pike", "quill",
    "raven", "reed", "ridge", "rook", "rowe", "sage", "shaw", "slate", "snow", "stone", "storm",
    "thorne", "vale", "ward", "west", "wolf", "wren",
];

const WHAT: &[&str] = &[
    "Amber",
    "Ancient",
    "Ashen",
    "Azure",
    "Black",
    "Blue",
    "Brave",
    "Bright",
    "Broken",
    "Bronze",
    "Burning",
    "Crimson",
    "Dawn",
    "Eastern",
    "Emerald",
    "Endless",
    "First",
    "Free",
    "Frozen",
    "Gilded",
    "Golden",
    "Grey",
    "Hidden",
    "Hollow",
    "Iron",
    "Ivory",
    "Jade",
    "Last",
    "Little",
    "Lonely",
    "Lost",
    "Lunar",
    "Misty",
    "Nameless",
    "Night",
    "Noble",
    "Northern",
    "Old",
    "Pale",
    "Quiet",
    "Red",
    "Restless",
    "Royal",
    "Rusty",
    "Sacred",
    "Scarlet",
    "Second",
    "Secret",
    "Shattered",
    "Silent",
    "Silver",
    "Sleeping",
    "Solar",
    "Southern",
    "Stone",
    "Storm",
    "Wandering",
    "Western",
    "Wild",
    "Winter",
];

const WHO: &[&str] = &[
    "Anchors",
    "Arrows",
    "Badgers",
    "Banners",
    "Bears",
    "Blades",
    "Brigade",
    "Circle",
    "Comets",
    "Company",
    "Council",
    "Crows",
    "Crusaders",
    "Dragons",
    "Dwarves",
    "Eagles",
    "Explorers",
    "Falcons",
    "Foxes",
    "Giants",
    "Griffins",
    "Guardians",
    "Hammers",
    "Harbour",
    "Herons",
    "Hounds",
    "Hunters",
    "Keepers",
    "Knights",
    "Lanterns",
    "Legion",
    "Lions",
    "Mages",
    "Merchants",
    "Mountaineers",
    "Navigators",
    "Order",
    "Otters",
    "Owls",
    "Pilgrims",
    "Pirates",
    "Rangers",
    "Ravens",
    "Rebels",
    "Riders",
    "Sailors",
    "Scholars",
    "Sentinels",
    "Serpents",
    "Shields",
    "Smiths",
    "Stags",
    "Stars",
    "Titans",
    "Towers",
    "Travellers",
    "Vikings",
    "Wardens",
    "Wolves",
    "Wyverns",
];

const GAMES: &[&str] = &[
    "Harbour of Glass",
    "Nine Lanterns",
    "The Long Frontier",
    "Ember and Tide",
    "Kings of the Reach",
];

pub const MOTTOES: &[&str] = &[
    "Nobody is left behind",
    "First in, last out",
    "We play on Thursdays",
    "Slow and steady",
    "No drama, good loot",
    "Fair winds",
    "One more round",
    "Together or not at all",
];

pub const REGIONS: &[&str] =
    &["africa", "asia", "europe", "north-america", "oceania", "south-america"];

pub const LANGUAGES: &[&str] = &["de", "en", "es", "fr", "ja", "pl", "pt", "tr"];

pub const KINDS: &[&str] = &["Casual", "Competitive", "Raiding", "Roleplay", "Social"];

/// One of them.
pub fn one(rng: &mut Rng, of: &[&'static str]) -> &'static str {
    rng.choice(of).copied().unwrap_or_default()
}

/// A person's name, with a number from the second of that name on.
pub fn person(rng: &mut Rng, number: u32) -> String {
    let (first, last) = (one(rng, FIRST), one(rng, LAST));
    if number == 0 { format!("{first}_{last}") } else { format!("{first}_{last}_{number}") }
}

/// A guild's name. That two are called the same happens, as it does in games.
pub fn guild(rng: &mut Rng) -> String {
    format!("{} {}", one(rng, WHAT), one(rng, WHO))
}

/// The name of a game beside the demo game.
pub fn game(number: u32) -> String {
    let names = GAMES.iter().cycle().skip(number as usize);
    let name = names.copied().next().unwrap_or_default();
    let edition = number as usize / GAMES.len();
    if edition == 0 { name.to_owned() } else { format!("{name} {}", edition + 1) }
}
