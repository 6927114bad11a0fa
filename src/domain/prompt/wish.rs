//! Reading a wish: what it changes, removes and keeps among the things it names, in English or French.
//!
//! The words are read once, left to right. A verb says what happens to what follows (`remove`, `remplacer`, `keep`); words
//! such as `by`, `into`, `par` begin what comes instead, and places (`on the table`, `dans la rue`) are not what is meant.
//! To teach it a verb: a form in `verbs`.

use super::{
    Intent,
    lexicon::{self, Role},
    verbs::{Verb, is_participle, verb},
    words::{Key, Tongue, Word, is_content, keys, split},
};
use crate::domain::text::Lang;

/// What a wish does to something it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is to stay.
    Keep,
    /// It becomes something else.
    Change,
    /// It goes.
    Drop,
}

/// Something a wish names: `the red car`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What happens to it.
    pub effect: Effect,
    /// Its words; each has one or two keys.
    pub words: Vec<Vec<Key>>,
}

impl Mention {
    /// All keys of its words.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.words.iter().flatten()
    }

    /// Whether it names nothing but colours.
    pub fn is_colour(&self) -> bool {
        self.words
            .iter()
            .all(|keys| keys.iter().any(|key| has_role(key, Role::Colour)))
    }
}

/// A wish, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it names and means, in order.
    pub mentions: Vec<Mention>,
    /// Whether a verb says that something goes.
    pub removes: bool,
    /// Whether it says what to do at all, instead of only naming.
    pub has_verb: bool,
    /// Every word that carries meaning, meant or not.
    pub named: Vec<Key>,
    /// Its language.
    pub tongue: Tongue,
}

/// What the words being read are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// Named without a verb; what is named is what changes, unless a place follows.
    Bare,
    /// Named after a verb.
    Meant(Effect),
    /// What comes: the book in `replace the phone by a book`.
    New,
    /// Where something is, or whose.
    Place,
    /// How it is to look: `as a watercolour`.
    Manner,
}

const CONJUNCTIONS: &[&str] = &["and", "or", "et", "ou", "then", "puis"];
const DEFINITE: &[&str] = &[
    "the", "this", "that", "these", "those", "her", "his", "their", "its", "le", "la", "les", "l", "cette", "ce",
    "son", "sa", "ses",
];
const INSTEAD: &[&str] = &["by", "with", "into", "for", "to", "par", "en", "contre", "avec"];
const MANNERS: &[&str] = &["as", "like", "style", "comme", "facon", "maniere"];
const NEGATIONS: &[&str] = &["not", "don", "never", "ne", "n", "without", "sans"];
const PLACES: &[&str] = &[
    "in", "on", "onto", "at", "from", "near", "under", "over", "behind", "beside", "between", "inside", "against",
    "dans", "sur", "sous", "devant", "derriere", "pres", "chez", "contre", "vers", "entre", "au", "aux",
];
/// What a thing has rather than is: `the colour of the flag` means the flag.
const PROPERTIES: &[&str] = &[
    "color",
    "colour",
    "colors",
    "colours",
    "couleur",
    "couleurs",
    "shape",
    "forme",
    "size",
    "taille",
    "material",
    "matiere",
    "texture",
    "pattern",
    "motif",
    "expression",
    "look",
    "aspect",
    "light",
    "lumiere",
];

/// Reads a wish. The intent stands for the verb where there is none.
pub fn read(wish: &str, intent: Option<Intent>) -> Reading {
    let words = split(wish);
    let tongue = Tongue::of(&words);
    let mut reader = Reader {
        base: match intent {
            Some(Intent::Remove) => Reads::Meant(Effect::Drop),
            Some(Intent::Replace) => Reads::Meant(Effect::Change),
            Some(Intent::Add) => Reads::New,
            Some(Intent::Style | Intent::Background) | None => Reads::Bare,
        },
        reads: Reads::Bare,
        before_place: Reads::Bare,
        replacing: intent == Some(Intent::Replace),
        phrase: Vec::new(),
        properties_only: true,
        bare: 0,
        reading: Reading {
            mentions: Vec::new(),
            removes: intent == Some(Intent::Remove),
            has_verb: false,
            named: Vec::new(),
            tongue,
        },
    };
    reader.reads = reader.base;
    for at in 0..words.len() {
        reader.take(&words, at);
    }
    reader.end_phrase();
    reader.reading
}

/// Whether a key plays this role in a scene.
pub fn has_role(key: &Key, role: Role) -> bool {
    matches!(key, Key::Known(entry) if entry.role == role)
}

struct Reader {
    /// What words are at the start of a sentence.
    base: Reads,
    /// What words are now.
    reads: Reads,
    /// What they were before a place began.
    before_place: Reads,
    /// Whether `by` and the like begin what comes instead.
    replacing: bool,
    /// The words of what is being named.
    phrase: Vec<Vec<Key>>,
    /// Whether they only say what a thing has.
    properties_only: bool,
    /// How many of the last mentions were bare and may still turn out to be the subject of a place.
    bare: usize,
    reading: Reading,
}

impl Reader {
    fn take(&mut self, words: &[Word], at: usize) {
        let word = &words[at];
        let plain = word.plain.as_str();
        let next = words.get(at + 1).map_or("", |next| next.plain.as_str());
        if let Some(verb) = verb(plain) {
            self.begin_verb(verb, is_negated(words, at));
        } else if matches!(plain, "without" | "sans" | "no") || (plain == "pas" && matches!(next, "de" | "d")) {
            // Before a verb it turns the verb around instead.
            if !followed_by_verb(words, at) {
                self.end_phrase();
                self.reading.removes = true;
                self.reads = Reads::Meant(Effect::Drop);
            }
        } else if plain == "s" && !self.phrase.is_empty() {
            // Whose it is.
            self.phrase.clear();
        } else if CONJUNCTIONS.contains(&plain) {
            self.end_phrase();
            self.go_on(next);
        } else if self.replacing && INSTEAD.contains(&plain) {
            self.end_phrase();
            self.reads = Reads::New;
        } else if MANNERS.contains(&plain) || (plain == "en" && self.reads == Reads::Bare && !is_colour_next(words, at))
        {
            self.end_phrase();
            self.reads = Reads::Manner;
        } else if PLACES.contains(&plain) || plain == "en" {
            self.begin_place(is_colour_next(words, at));
        } else if matches!(plain, "of" | "de" | "du" | "d" | "des") && !self.phrase.is_empty() {
            self.begin_possessor();
        } else if matches!(plain, "with" | "avec") || is_participle(plain) {
            self.forgive_bare();
            self.end_phrase();
            self.forgive_bare();
        } else if is_content(plain, self.reading.tongue) {
            let keys = keys(plain, self.reading.tongue);
            self.reading.named.extend(keys.iter().cloned());
            self.properties_only &= PROPERTIES.contains(&plain);
            self.phrase.push(keys);
        } else {
            self.end_phrase();
        }
        match word.stop {
            Some('→' | '>') => {
                self.end_phrase();
                self.reads = Reads::New;
            }
            Some(',' | ':' | '(' | ')') => {
                self.end_phrase();
                self.go_on(next);
            }
            Some(_) => {
                self.end_phrase();
                self.bare = 0;
                self.replacing = self.base == Reads::Meant(Effect::Change);
                self.reads = self.base;
            }
            None => {}
        }
    }

    fn begin_verb(&mut self, verb: Verb, negated: bool) {
        self.end_phrase();
        self.bare = 0;
        self.reading.has_verb = true;
        self.replacing = !negated && matches!(verb, Verb::Replace | Verb::Change);
        self.reading.removes |= !negated && verb == Verb::Remove;
        self.reads = match verb {
            _ if negated => Reads::Meant(Effect::Keep),
            Verb::Change | Verb::Replace => Reads::Meant(Effect::Change),
            Verb::Remove => Reads::Meant(Effect::Drop),
            Verb::Keep => Reads::Meant(Effect::Keep),
            Verb::Add => Reads::New,
            Verb::Put => Reads::Bare,
        };
    }

    /// After a comma or an `and`: the same again; after what came instead, a definite article begins the next thing.
    fn go_on(&mut self, next: &str) {
        self.bare = 0;
        self.reads = match self.reads {
            Reads::Place => self.before_place,
            Reads::Manner => self.base,
            Reads::New if self.replacing && DEFINITE.contains(&next) => Reads::Meant(Effect::Change),
            other => other,
        };
    }

    fn begin_place(&mut self, is_colour: bool) {
        self.end_phrase();
        if !is_colour {
            self.forgive_bare();
        }
        if !matches!(self.reads, Reads::Place | Reads::New | Reads::Manner) {
            self.before_place = self.reads;
            self.reads = Reads::Place;
        }
    }

    /// `the colour of` the flag means the flag; `the button of` the shirt does not mean the shirt.
    fn begin_possessor(&mut self) {
        if self.properties_only {
            self.phrase.clear();
            return;
        }
        self.end_phrase();
        if !matches!(self.reads, Reads::Place | Reads::New | Reads::Manner) {
            self.before_place = self.reads;
            self.reads = Reads::Place;
        }
    }

    /// What was named without a verb is only the subject of what follows.
    fn forgive_bare(&mut self) {
        let keep = self.reading.mentions.len().saturating_sub(self.bare);
        self.reading.mentions.truncate(keep);
        self.bare = 0;
    }

    fn end_phrase(&mut self) {
        let words = std::mem::take(&mut self.phrase);
        self.properties_only = true;
        if words.is_empty() {
            return;
        }
        let effect = match self.reads {
            Reads::Bare => {
                self.bare += 1;
                Effect::Change
            }
            Reads::Meant(effect) => effect,
            Reads::New | Reads::Place | Reads::Manner => return,
        };
        self.reading.mentions.push(Mention { effect, words });
    }
}

fn is_negated(words: &[Word], at: usize) -> bool {
    words[at.saturating_sub(3)..at]
        .iter()
        .rev()
        .take_while(|word| word.stop.is_none())
        .any(|word| NEGATIONS.contains(&word.plain.as_str()))
}

fn followed_by_verb(words: &[Word], at: usize) -> bool {
    words[at + 1..].iter().take(2).any(|word| verb(&word.plain).is_some())
}

/// Whether a colour follows, as in `in dark blue`.
fn is_colour_next(words: &[Word], at: usize) -> bool {
    words[at + 1..]
        .iter()
        .take(2)
        .any(|word| Lang::ALL.into_iter().any(|lang| lexicon::is_colour(&word.plain, lang)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `effect word word` for each mention.
    fn read_as(wish: &str, intent: Option<Intent>) -> Vec<String> {
        read(wish, intent)
            .mentions
            .iter()
            .map(|mention| {
                let words = mention.words.iter().map(|keys| match &keys[0] {
                    Key::Known(entry) => entry.name.to_owned(),
                    Key::Stem(stem) => stem.clone(),
                });
                let effect = format!("{:?}", mention.effect).to_lowercase();
                std::iter::once(effect).chain(words).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn what_is_replaced_changes_and_what_comes_instead_is_new() {
        for wish in [
            "replace the phone by a book",
            "Replace the phones with books!",
            "turn the phone into a book",
            "change the phone to a book",
            "the phone → a book, replaced",
            "remplacer le téléphone par un livre",
            "remplacez les téléphones par des livres",
            "transforme le téléphone en livre",
            "le téléphone remplacé par un livre",
        ] {
            assert_eq!(
                read_as(wish, None).first().map(String::as_str),
                Some("change phone"),
                "{wish}"
            );
            assert!(!read_as(wish, None).iter().any(|said| said.contains("book")), "{wish}");
        }
    }

    #[test]
    fn several_things_can_be_replaced_at_once() {
        assert_eq!(
            read_as("replace the phone by a book and the cup by a glass", None),
            ["change phone", "change cup"]
        );
        assert_eq!(
            read_as("remplacer le téléphone par un livre et la tasse par un verre", None),
            ["change phone", "change cup"]
        );
    }

    #[test]
    fn what_is_removed_goes_and_where_it_is_stays() {
        for wish in [
            "remove the phone from her hand",
            "erase the phone in the hand",
            "get rid of the phone",
            "without the phone",
            "no phone",
            "enlever le téléphone de la main",
            "supprimez le téléphone",
            "sans téléphone",
            "pas de téléphone",
        ] {
            assert_eq!(read_as(wish, None), ["drop phone"], "{wish}");
            assert!(read(wish, None).removes, "{wish}");
        }
        assert_eq!(read_as("remove the dog and the cat", None), ["drop dog", "drop cat"]);
        assert_eq!(read_as("the phone", Some(Intent::Remove)), ["drop phone"]);
    }

    #[test]
    fn what_is_kept_stays() {
        assert_eq!(
            read_as("keep the woman, change the sky", None),
            ["keep woman", "change sky"]
        );
        assert_eq!(read_as("don’t change the face", None), ["keep face"]);
        assert_eq!(read_as("ne changez pas le visage", None), ["keep face"]);
        assert_eq!(read_as("sans changer le visage", None), ["keep face"]);
        assert_eq!(read_as("garder la femme", None), ["keep woman"]);
    }

    #[test]
    fn what_is_added_is_new_and_where_it_goes_stays() {
        assert!(read_as("add a hat on the woman", None).is_empty());
        assert!(read_as("ajouter un chapeau sur la femme", None).is_empty());
        assert!(read_as("a hat on the woman", Some(Intent::Add)).is_empty());
    }

    #[test]
    fn a_thing_named_alone_changes_unless_a_place_follows() {
        assert_eq!(read_as("the flag in dark blue", None), ["change flag"]);
        assert_eq!(read_as("le drapeau en bleu", None), ["change flag"]);
        assert_eq!(read_as("make the sky pink", None), ["change sky pink"]);
        assert_eq!(read_as("change the colour of the flag", None), ["change flag"]);
        assert_eq!(read_as("changer la couleur du drapeau", None), ["change flag"]);
        assert!(read_as("the woman on a beach at night", None).is_empty());
        assert!(read_as("put the woman on the moon", None).is_empty());
        assert!(read_as("la femme sur une plage", None).is_empty());
    }

    #[test]
    fn a_manner_names_nothing() {
        assert!(read_as("as a painting of a dog", None).is_empty());
        assert!(read_as("en estampe japonaise, au crépuscule", None).is_empty());
        assert_eq!(
            read_as("whose hat? the woman's hat", None).last().map(String::as_str),
            Some("change hat")
        );
    }
}
