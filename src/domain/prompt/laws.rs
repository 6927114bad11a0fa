//! What holds for any prompt.

use super::{
    Intent, Likeness, NoPrompt, Part,
    examples::{Asked, description, fact, said},
};
use crate::domain::{
    description::{Description, Fact, FactKind, Stance, Stances},
    limits::MAX_PROMPT_CHARS,
    order::Way,
    source::Rect,
    style::STYLES,
    text::Lang,
};
use proptest::prelude::*;

/// Texts as vendors and people write them, and worse.
fn any_text() -> impl Strategy<Value = String> {
    const WORDS: &str = "(a |the |le |une |un |des |de |and |et |, |with |holding |tenant |in |dans |remove |replace |by |par |sans |keep |\
        phone |téléphone |dog |chat |red |rouge |woman |person |beach |night |book |of |l’|\\. |: |🎨 |\\n)";
    prop_oneof![
        4 => proptest::collection::vec(proptest::string::string_regex(WORDS).expect("a pattern"), 0..14).prop_map(|words| words.concat()),
        1 => any::<String>(),
    ]
}

/// Names of things that are no words of the composer.
fn any_thing() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "phone",
        "dog",
        "red dog",
        "woman",
        "person",
        "sunset",
        "flag",
        "cup of tea",
        "téléphone",
        "tasse de café",
        "drapeau",
        "a man riding a dog",
        "beach",
        "orange suit",
        "suit",
        "x",
        "42",
        "zone claire",
    ])
    .prop_map(ToOwned::to_owned)
}

fn any_fact() -> impl Strategy<Value = (Fact, Option<Stance>)> {
    let kind = proptest::sample::select(vec![
        FactKind::Detail,
        FactKind::Tag,
        FactKind::Object,
        FactKind::Person,
        FactKind::Text,
        FactKind::Colour,
    ]);
    let stance = proptest::option::of(proptest::sample::select(vec![
        Stance::Keep,
        Stance::Change,
        Stance::Drop,
    ]));
    let lang = proptest::sample::select(vec!["en", "fr", "de", ""]);
    let bounds = proptest::option::of(any::<[u32; 4]>());
    let text = prop_oneof![3 => any_thing(), 1 => any_text()];
    (kind, text, lang, bounds, stance)
        .prop_map(|(kind, text, lang, bounds, stance)| (fact("", kind, &text, lang, bounds), stance))
}

prop_compose! {
    fn any_description()(
        caption in any_text(),
        lang in proptest::sample::select(vec!["en", "fr", "it"]),
        facts in proptest::collection::vec(any_fact(), 0..12),
    ) -> (Description, Stances) {
        let mut stances = Stances::new();
        let mut list = Vec::new();
        for (at, (mut fact, stance)) in facts.into_iter().enumerate() {
            fact.id = format!("fact-{at}");
            if let Some(stance) = stance {
                stances.insert(fact.id.clone(), stance);
            }
            list.push(fact);
        }
        (description(&caption, lang, list), stances)
    }
}

prop_compose! {
    fn any_asked()(
        (description, stances) in any_description(),
        has_description in any::<bool>(),
        wish in any_text(),
        intent in proptest::option::of(proptest::sample::select(vec![
            Intent::Style, Intent::Background, Intent::Remove, Intent::Replace, Intent::Add,
        ])),
        style in proptest::option::of(proptest::sample::select(STYLES.iter().map(|style| style.id).collect::<Vec<_>>())),
        way in proptest::sample::select(vec![Way::Reimagine, Way::Restyle, Way::Repaint]),
        hole in proptest::option::of(any::<[u32; 4]>()),
        likeness in proptest::sample::select(vec![Likeness::Close, Likeness::Free]),
        language in proptest::sample::select(Lang::ALL.to_vec()),
    ) -> (Description, Asked<'static>, String, bool) {
        let asked = Asked {
            description: None,
            wish: "",
            intent,
            style,
            stances,
            way,
            hole: hole.map(|[x, y, width, height]| Rect { x, y, width, height }),
            likeness,
            language,
        };
        (description, asked, wish, has_description)
    }
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            to,
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            self.intent, self.style, self.stances, self.way, self.hole, self.language
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn composing_is_total_and_deterministic((description, mut asked, wish, has_description) in any_asked()) {
        asked.description = has_description.then_some(&description);
        asked.wish = &wish;
        let prompt = asked.compose();
        prop_assert_eq!(&prompt, &asked.compose());
        match prompt {
            Ok(prompt) => {
                let parts: Vec<&str> = prompt.parts.iter().map(|part| part.text.as_str()).collect();
                prop_assert_eq!(parts.join(" "), prompt.text.as_str());
                prop_assert!(prompt.parts.iter().all(|part: &Part| !part.text.trim().is_empty()));
                prop_assert!(!prompt.text.is_empty() && prompt.text.chars().count() <= MAX_PROMPT_CHARS);
                prop_assert_eq!(prompt.stances.len(), if has_description { description.facts.len() } else { 0 });
                for (id, stance) in &asked.stances {
                    prop_assert!(!has_description || prompt.stances[id] == *stance);
                }
            }
            Err(NoPrompt::WishMissing) => {
                prop_assert!(wish.trim().is_empty() && asked.style.is_none() && asked.way != Way::Reimagine);
            }
            Err(NoPrompt::NothingToPaint) => prop_assert!(asked.way == Way::Reimagine && wish.trim().is_empty()),
        }
    }

    #[test]
    fn what_is_dropped_is_not_said((description, mut asked, wish, _) in any_asked(), thing in any_thing()) {
        let mut description = description;
        description.facts.push(fact("gone", FactKind::Object, &thing, "en", None));
        asked.stances.insert("gone".to_owned(), Stance::Drop);
        asked.description = Some(&description);
        asked.wish = &wish;
        if let Ok(prompt) = asked.compose() {
            prop_assert!(!said(&prompt, &thing), "{} in {}", thing, prompt.text);
        }
    }
}
