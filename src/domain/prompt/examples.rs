//! Prompts as people get them.

use super::{Ingredients, Intent, Likeness, NoPrompt, PartKind, Prompt, compose, words};
use crate::domain::{
    description::{Caption, Description, Fact, FactKind, Stance, Stances},
    limits::MAX_PROMPT_CHARS,
    order::Way,
    source::Rect,
    style::Style,
    text::Lang,
};

pub fn fact(id: &str, kind: FactKind, text: &str, lang: &str, bounds: Option<[u32; 4]>) -> Fact {
    Fact {
        id: id.to_owned(),
        kind,
        text: text.to_owned(),
        lang: lang.to_owned(),
        confidence: Some(0.8),
        bounds: bounds.map(|[x, y, width, height]| Rect { x, y, width, height }),
    }
}

pub fn description(caption: &str, lang: &str, facts: Vec<Fact>) -> Description {
    Description {
        caption: Caption {
            text: caption.to_owned(),
            lang: lang.to_owned(),
            confidence: Some(0.47),
        },
        facts,
        shortfall: None,
    }
}

fn astronaut() -> Description {
    description(
        "a woman in an orange suit smiling in front of a flag",
        "en",
        vec![
            fact("person-1", FactKind::Person, "person", "en", Some([50, 20, 300, 480])),
            fact(
                "object-1",
                FactKind::Object,
                "orange suit",
                "en",
                Some([60, 200, 280, 300]),
            ),
            fact("object-2", FactKind::Object, "flag", "en", Some([0, 0, 60, 200])),
            fact("tag-1", FactKind::Tag, "indoor", "en", None),
            fact("colour-1", FactKind::Colour, "orange", "en", None),
        ],
    )
}

fn phone() -> Description {
    description(
        "a woman smiling and holding a phone",
        "en",
        vec![
            fact("person-1", FactKind::Person, "person", "en", Some([0, 0, 100, 200])),
            fact("object-1", FactKind::Object, "cell phone", "en", Some([60, 80, 20, 40])),
            fact("tag-1", FactKind::Tag, "smile", "en", None),
            fact(
                "detail-1",
                FactKind::Detail,
                "a hand holding a phone",
                "en",
                Some([50, 70, 40, 60]),
            ),
        ],
    )
}

/// Ingredients that tests change one of.
pub struct Asked<'a> {
    pub description: Option<&'a Description>,
    pub wish: &'a str,
    pub intent: Option<Intent>,
    pub style: Option<&'static str>,
    pub stances: Stances,
    pub way: Way,
    pub hole: Option<Rect>,
    pub likeness: Likeness,
    pub language: Lang,
}

impl<'a> Asked<'a> {
    fn new(description: &'a Description, wish: &'a str) -> Self {
        Self {
            description: Some(description),
            wish,
            intent: None,
            style: None,
            stances: Stances::new(),
            way: Way::Restyle,
            hole: None,
            likeness: Likeness::Close,
            language: Lang::En,
        }
    }

    pub fn compose(&self) -> Result<Prompt, NoPrompt> {
        compose(&Ingredients {
            description: self.description,
            wish: self.wish,
            intent: self.intent,
            style: self.style.and_then(Style::find),
            stances: &self.stances,
            way: self.way,
            hole: self.hole,
            likeness: self.likeness,
            language: self.language,
        })
    }

    fn text(&self) -> String {
        self.compose().expect("a prompt").text
    }
}

#[test]
fn a_restyle_keeps_what_is_seen_and_says_so() {
    let seen = astronaut();
    let mut asked = Asked::new(&seen, "as a Japanese woodblock print, at dusk");
    asked.stances.insert("object-2".to_owned(), Stance::Change);
    assert_eq!(
        asked.text(),
        "As a Japanese woodblock print, at dusk. Subject: a woman in an orange suit smiling. \
         Keep: person, orange suit; stay close to the face, pose and composition. Change: flag."
    );
}

#[test]
fn the_same_in_french() {
    let seen = description(
        "une femme souriante en combinaison orange devant un drapeau",
        "fr",
        vec![
            fact("person-1", FactKind::Person, "personne", "fr", None),
            fact("object-2", FactKind::Object, "drapeau", "fr", None),
        ],
    );
    let mut asked = Asked::new(&seen, "en estampe japonaise, au crépuscule");
    asked.language = Lang::Fr;
    asked.stances.insert("object-2".to_owned(), Stance::Change);
    assert_eq!(
        asked.text(),
        "En estampe japonaise, au crépuscule. Sujet : une femme souriante en combinaison orange. \
         Garder : personne ; respecter le visage, la pose et la composition. Changer : drapeau."
    );
}

#[test]
fn a_replaced_thing_leaves_the_caption_and_the_details() {
    for (wish, language) in [
        ("replace the phone by a book", Lang::En),
        ("Replace the phones with a book.", Lang::En),
        ("remplacer le téléphone par un livre", Lang::Fr),
        ("remplacez le portable par un livre", Lang::Fr),
    ] {
        let seen = phone();
        let mut asked = Asked::new(&seen, wish);
        asked.language = language;
        let prompt = asked.compose().expect("a prompt");
        assert_eq!(prompt.stances["object-1"], Stance::Change, "{wish}");
        assert_eq!(prompt.stances["person-1"], Stance::Keep, "{wish}");
        let others = prompt.parts.iter().filter(|part| part.kind != PartKind::Wished);
        assert!(
            others.into_iter().all(|part| !part.text.contains("phone")),
            "{}",
            prompt.text
        );
        assert!(prompt.text.contains("a woman smiling."), "{}", prompt.text);
    }
}

#[test]
fn a_caption_is_corrected_even_where_no_fact_names_the_thing() {
    let seen = description("a woman holding a phone", "en", Vec::new());
    let text = Asked::new(&seen, "remplacer le téléphone par un livre").text();
    assert!(text.contains("Subject: a woman."), "{text}");
}

#[test]
fn a_removed_thing_is_dropped_and_not_spoken_of() {
    let seen = phone();
    for wish in [
        "remove the phone",
        "enlever le téléphone de sa main",
        "without the phone",
        "sans téléphone",
    ] {
        let prompt = Asked::new(&seen, wish).compose().expect("a prompt");
        assert_eq!(prompt.stances["object-1"], Stance::Drop, "{wish}");
        assert_eq!(prompt.stances["person-1"], Stance::Keep, "{wish}");
        assert!(!said(&prompt, "phone"), "{}", prompt.text);
    }
}

#[test]
fn what_lies_in_the_hole_goes_with_an_intent_to_remove() {
    let seen = phone();
    let mut asked = Asked::new(&seen, "clean hand");
    asked.intent = Some(Intent::Remove);
    asked.way = Way::Repaint;
    asked.hole = Some(Rect {
        x: 55,
        y: 75,
        width: 25,
        height: 40,
    });
    let prompt = asked.compose().expect("a prompt");
    assert_eq!(prompt.stances["object-1"], Stance::Drop);
    assert_eq!(
        prompt.stances["person-1"],
        Stance::Keep,
        "only a small part of it is in the hole"
    );
    assert!(!said(&prompt, "phone"), "{}", prompt.text);
    assert!(prompt.text.contains("continue the surroundings"), "{}", prompt.text);
}

#[test]
fn what_lies_in_the_hole_changes_with_another_wish() {
    let seen = phone();
    let mut asked = Asked::new(&seen, "a red book");
    asked.way = Way::Repaint;
    asked.hole = Some(Rect {
        x: 55,
        y: 75,
        width: 30,
        height: 50,
    });
    let prompt = asked.compose().expect("a prompt");
    assert_eq!(prompt.stances["object-1"], Stance::Change);
    assert!(prompt.text.contains("Change: cell phone."), "{}", prompt.text);
    asked.way = Way::Restyle;
    assert_eq!(
        asked.compose().expect("a prompt").stances["object-1"],
        Stance::Keep,
        "no hole without a repaint"
    );
}

#[test]
fn the_person_has_the_last_word() {
    let seen = phone();
    let mut asked = Asked::new(&seen, "remove the phone");
    asked.stances.insert("object-1".to_owned(), Stance::Keep);
    asked.stances.insert("tag-1".to_owned(), Stance::Keep);
    let prompt = asked.compose().expect("a prompt");
    assert_eq!(prompt.stances["object-1"], Stance::Keep);
    assert!(
        prompt.text.contains("Keep: person, cell phone, smile;"),
        "{}",
        prompt.text
    );
}

#[test]
fn the_woman_is_the_person_only_if_there_is_one() {
    let seen = phone();
    let alone = Asked::new(&seen, "replace the woman by a robot")
        .compose()
        .expect("a prompt");
    assert_eq!(alone.stances["person-1"], Stance::Change);
    assert!(!alone.text.contains("Subject"), "{}", alone.text);
    let mut seen = phone();
    seen.facts.push(fact(
        "person-2",
        FactKind::Person,
        "person",
        "en",
        Some([100, 0, 100, 200]),
    ));
    let two = Asked::new(&seen, "replace the woman by a robot")
        .compose()
        .expect("a prompt");
    assert_eq!(two.stances["person-1"], Stance::Keep);
}

#[test]
fn the_red_car_is_not_the_blue_one() {
    let seen = description(
        "two cars on a street",
        "en",
        vec![
            fact("object-1", FactKind::Object, "red car", "en", None),
            fact("object-2", FactKind::Object, "blue car", "en", None),
        ],
    );
    let prompt = Asked::new(&seen, "remove the red car").compose().expect("a prompt");
    assert_eq!(prompt.stances["object-1"], Stance::Drop);
    assert_eq!(prompt.stances["object-2"], Stance::Keep);
}

#[test]
fn another_background_changes_the_scenery_and_nothing_else() {
    let seen = description(
        "a dog sitting in a field",
        "en",
        vec![
            fact("object-1", FactKind::Object, "dog", "en", None),
            fact("tag-1", FactKind::Tag, "grass", "en", None),
        ],
    );
    for (wish, intent) in [
        ("a beach at night", Some(Intent::Background)),
        ("change the background to a beach at night", None),
        ("remplacer le fond par une plage de nuit", None),
    ] {
        let mut asked = Asked::new(&seen, wish);
        asked.intent = intent;
        let prompt = asked.compose().expect("a prompt");
        assert_eq!(
            (prompt.stances["object-1"], prompt.stances["tag-1"]),
            (Stance::Keep, Stance::Change),
            "{wish}"
        );
        assert!(!prompt.text.contains("field"), "{}", prompt.text);
    }
}

#[test]
fn the_time_of_day_wished_for_replaces_the_one_seen() {
    let seen = description(
        "a boat on a lake at sunset",
        "en",
        vec![fact("tag-1", FactKind::Tag, "sunset", "en", None)],
    );
    let mut asked = Asked::new(&seen, "");
    asked.style = Some("night");
    let prompt = asked.compose().expect("a prompt");
    assert_eq!(prompt.stances["tag-1"], Stance::Change);
    assert!(
        prompt.text.starts_with("At night. Subject: a boat on a lake."),
        "{}",
        prompt.text
    );
    asked.style = Some("dusk");
    assert!(asked.text().contains("at sunset"), "dusk and sunset agree");
}

#[test]
fn a_style_and_a_manner_read_as_one_a_verb_stands_alone() {
    let seen = astronaut();
    let mut asked = Asked::new(&seen, "at dusk");
    asked.style = Some("woodblock");
    assert!(asked.text().starts_with("As a Japanese woodblock print, at dusk. "));
    asked.wish = "replace the flag by a curtain";
    assert!(
        asked
            .text()
            .starts_with("As a Japanese woodblock print. Replace the flag by a curtain. ")
    );
}

#[test]
fn an_intent_says_what_a_wish_only_names() {
    let seen = phone();
    let mut asked = Asked::new(&seen, "le téléphone");
    asked.language = Lang::Fr;
    asked.intent = Some(Intent::Remove);
    assert!(asked.text().starts_with("Retirer : le téléphone. "), "{}", asked.text());
    asked.wish = "un chapeau sur la femme";
    asked.intent = Some(Intent::Add);
    assert!(
        asked.text().starts_with("Ajouter : un chapeau sur la femme. "),
        "{}",
        asked.text()
    );
}

#[test]
fn reimagine_without_a_wish_paints_the_description() {
    let mut seen = astronaut();
    seen.facts.push(fact("text-1", FactKind::Text, "NASA", "en", None));
    let mut asked = Asked::new(&seen, " ");
    asked.way = Way::Reimagine;
    assert_eq!(
        asked.text(),
        "A woman in an orange suit smiling in front of a flag. In the picture: person, orange suit, flag, indoor. \
         Colours: orange. Written: “NASA”."
    );
}

#[test]
fn likeness_is_a_visible_clause() {
    let seen = astronaut();
    let mut asked = Asked::new(&seen, "as a watercolour");
    asked.likeness = Likeness::Free;
    assert!(asked.text().contains("the composition may change freely"));
    asked.likeness = Likeness::Close;
    asked.way = Way::Repaint;
    assert!(asked.text().contains("paint only the masked area"));
    let seen = description("a cup on a table", "en", Vec::new());
    assert_eq!(
        Asked::new(&seen, "as a watercolour").text(),
        "As a watercolour. Subject: a cup on a table. Stay close to the composition."
    );
}

#[test]
fn another_style_does_not_speak_of_the_photo() {
    let seen = description("a black and white photo of a dog", "en", Vec::new());
    assert!(
        Asked::new(&seen, "as an oil painting")
            .text()
            .contains("Subject: a dog.")
    );
}

#[test]
fn a_wish_is_needed_to_change_a_picture() {
    let seen = astronaut();
    let mut asked = Asked::new(&seen, " \n");
    assert_eq!(asked.compose(), Err(NoPrompt::WishMissing));
    asked.way = Way::Repaint;
    assert_eq!(asked.compose(), Err(NoPrompt::WishMissing));
    asked.style = Some("oil");
    assert!(asked.compose().is_ok());
    asked.style = None;
    asked.way = Way::Reimagine;
    asked.description = None;
    assert_eq!(asked.compose(), Err(NoPrompt::NothingToPaint));
}

#[test]
fn a_wish_alone_is_enough() {
    let seen = astronaut();
    let mut asked = Asked::new(&seen, "une estampe");
    asked.description = None;
    asked.language = Lang::Fr;
    assert_eq!(asked.text(), "Une estampe. Respecter la composition.");
    asked.way = Way::Reimagine;
    assert_eq!(asked.text(), "Une estampe.");
}

/// Whether a part that is not the wish says something.
pub fn said(prompt: &Prompt, text: &str) -> bool {
    prompt
        .parts
        .iter()
        .any(|part| part.kind != PartKind::Wished && words::contains(&words::stems(&part.text), &words::stems(text)))
}

#[test]
fn a_long_description_is_trimmed_before_the_wish() {
    let facts = (0..400)
        .map(|at| {
            let text = format!("thing {at} {}", "x".repeat(400));
            fact(&format!("object-{at}"), FactKind::Object, &text, "en", None)
        })
        .collect();
    let description = description("a table with many things", "en", facts);
    let wish = "as a still life ".repeat(200);
    let prompt = Asked::new(&description, &wish).compose().expect("a prompt");
    assert!(prompt.text.chars().count() <= MAX_PROMPT_CHARS);
    assert!(prompt.text.contains(wish.trim().get(1..).expect("a wish")));
    assert!(prompt.text.contains("a table with many things") && prompt.text.contains("thing 20 "));
    assert!(!prompt.text.contains("thing 399 "));
}
