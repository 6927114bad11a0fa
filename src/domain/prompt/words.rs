//! Words as the composer compares them: without case, accents or inflection, in English or French.
//!
//! Two words are the same when they have the same [`Key`]: that of their entry in the [`lexicon`](super::lexicon), else
//! their stem. The stem is crude on purpose (`roses` and `rose` agree; `base` and `bas` do too): it only ever compares a
//! wish with the few facts of one picture.

use super::lexicon::{self, Entry};
use crate::domain::text::Lang;

/// What a word is compared by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A word both languages know.
    Known(&'static Entry),
    /// Any other word, cut to its stem.
    Stem(String),
}

impl Key {
    /// Whether a text that names `other` names this too: the same thing, a kind of it, or what it is a kind of.
    pub fn is_related(&self, other: &Self) -> bool {
        self == other || self.is_kind_of(other) || other.is_kind_of(self)
    }

    /// Whether this is a kind of `other`: a woman is a person.
    pub fn is_kind_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(this), Self::Known(other)) => this.kind_of.is_some_and(|kind| kind == other.name),
            _ => false,
        }
    }
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Lower case, without accents.
    pub plain: String,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The first punctuation between it and the next word, if any.
    pub stop: Option<char>,
}

/// The words of a text, in order. Elided articles are words of their own: `l’homme` is `l` and `homme`.
pub fn split(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Option<Word> = None;
    for (at, letter) in text.char_indices() {
        if letter.is_alphanumeric() {
            let word = open.get_or_insert_with(|| Word {
                plain: String::new(),
                start: at,
                end: at,
                stop: None,
            });
            fold(letter, &mut word.plain);
            word.end = at + letter.len_utf8();
            continue;
        }
        words.extend(open.take());
        if is_stop(letter)
            && let Some(last) = words.last_mut()
        {
            last.stop.get_or_insert(letter);
        }
    }
    words.extend(open);
    words
}

const fn is_stop(letter: char) -> bool {
    matches!(
        letter,
        ',' | ';' | ':' | '.' | '!' | '?' | '…' | '\n' | '→' | '>' | '(' | ')'
    )
}

/// Adds a letter in lower case and without its accent.
fn fold(letter: char, into: &mut String) {
    for letter in letter.to_lowercase() {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => into.push('a'),
            'ç' => into.push('c'),
            'è' | 'é' | 'ê' | 'ë' => into.push('e'),
            'ì' | 'í' | 'î' | 'ï' => into.push('i'),
            'ñ' => into.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => into.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => into.push('u'),
            'ý' | 'ÿ' => into.push('y'),
            'œ' => into.push_str("oe"),
            'æ' => into.push_str("ae"),
            '\u{300}'..='\u{36f}' => {}
            other => into.push(other),
        }
    }
}

/// The stem of a plain word: no plural, no feminine `e`.
pub fn stem(plain: &str) -> String {
    let mut stem = plain.to_owned();
    if stem.len() > 5 && stem.ends_with("eaux") {
        stem.pop();
    } else if stem.len() > 4 && stem.ends_with("aux") {
        stem.truncate(stem.len() - 2);
        stem.push('l');
    } else if stem.len() > 4 && stem.ends_with("ies") {
        stem.truncate(stem.len() - 3);
        stem.push('y');
    } else if stem.len() > 4 && stem.ends_with("ie") {
        stem.truncate(stem.len() - 2);
        stem.push('y');
    }
    while stem.len() > 3
        && ((stem.ends_with('s') && !stem.ends_with("ss")) || stem.ends_with('e') || stem.ends_with("ux"))
    {
        stem.pop();
    }
    stem
}

/// The languages a text may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// One that was named or recognised.
    One(Lang),
    /// Too short to tell.
    Either,
}

impl Tongue {
    /// That of a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Self {
        Lang::from_tag(tag).map_or(Self::Either, Self::One)
    }

    /// Recognised by its small words.
    pub fn of(words: &[Word]) -> Self {
        let count = |lang: Lang| {
            words
                .iter()
                .filter(|word| lexicon::small_words(lang).contains(&word.plain.as_str()))
                .count()
        };
        let (english, french) = (count(Lang::En), count(Lang::Fr));
        match english.cmp(&french) {
            std::cmp::Ordering::Greater => Self::One(Lang::En),
            std::cmp::Ordering::Less => Self::One(Lang::Fr),
            std::cmp::Ordering::Equal => Self::Either,
        }
    }

    /// Whether the text may be in this language.
    pub fn may_be(self, lang: Lang) -> bool {
        self == Self::Either || self == Self::One(lang)
    }
}

/// What a word is compared by: one key, or two when the word exists in both languages and the text may be in either.
pub fn keys(plain: &str, tongue: Tongue) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for lang in Lang::ALL {
        if tongue.may_be(lang)
            && let Some(entry) = lexicon::find(plain, lang)
        {
            let key = Key::Known(entry);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    if keys.is_empty() {
        keys.push(Key::Stem(stem(plain)));
    }
    keys
}

/// Whether the word carries meaning of its own.
pub fn is_content(plain: &str, tongue: Tongue) -> bool {
    !Lang::ALL
        .into_iter()
        .any(|lang| tongue.may_be(lang) && lexicon::small_words(lang).contains(&plain))
}

/// A text as the stems of its words.
pub fn stems(text: &str) -> Vec<String> {
    split(text).iter().map(|word| stem(&word.plain)).collect()
}

/// Whether `part` occurs in `whole` word for word, inflection aside; both as [`stems`].
pub fn contains(whole: &[String], part: &[String]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_elision() {
        let plain: Vec<_> = split("L’Été, un œuf d'Émeu!")
            .into_iter()
            .map(|word| word.plain)
            .collect();
        assert_eq!(plain, ["l", "ete", "un", "oeuf", "d", "emeu"]);
    }

    #[test]
    fn a_word_remembers_where_it_stands_and_what_follows() {
        let words = split("bleu, vert");
        assert_eq!(words[0].stop, Some(','));
        assert_eq!((words[1].start, words[1].end, words[1].stop), (6, 10, None));
    }

    #[test]
    fn inflected_words_have_one_stem() {
        for (one, other) in [
            ("robe", "robes"),
            ("glass", "glasses"),
            ("box", "boxes"),
            ("chateau", "chateaux"),
            ("animal", "animaux"),
            ("berry", "berries"),
            ("bougie", "bougies"),
            ("vert", "vertes"),
            ("bijou", "bijoux"),
            ("house", "houses"),
            ("bus", "buses"),
            ("tissu", "tissus"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} {other}");
        }
        assert_ne!(stem("cat"), stem("car"));
    }

    #[test]
    fn both_languages_name_the_same_thing() {
        let one = |word: &str, lang| keys(word, Tongue::One(lang));
        assert_eq!(one("phones", Lang::En), one("telephone", Lang::Fr));
        assert_eq!(one("drapeaux", Lang::Fr), one("flag", Lang::En));
        assert!(one("woman", Lang::En)[0].is_kind_of(&one("personne", Lang::Fr)[0]));
        assert!(!one("woman", Lang::En)[0].is_related(&one("man", Lang::En)[0]));
    }

    #[test]
    fn a_word_of_the_other_language_means_nothing() {
        // `main` is a hand in French only, `pain` bread.
        assert_ne!(keys("main", Tongue::One(Lang::En)), keys("hand", Tongue::One(Lang::En)));
        assert_eq!(keys("main", Tongue::One(Lang::Fr)), keys("hand", Tongue::One(Lang::En)));
    }

    #[test]
    fn a_language_is_recognised_by_its_small_words() {
        assert_eq!(Tongue::of(&split("remove the dog")), Tongue::One(Lang::En));
        assert_eq!(Tongue::of(&split("enlever le chien")), Tongue::One(Lang::Fr));
        assert_eq!(Tongue::of(&split("orange")), Tongue::Either);
    }

    #[test]
    fn a_part_is_found_by_whole_words_only() {
        let says = |whole, part| contains(&stems(whole), &stems(part));
        assert!(says("a party of red suits", "red suit"));
        assert!(!says("a party", "art"));
        assert!(!says("anything", "…"));
    }
}
