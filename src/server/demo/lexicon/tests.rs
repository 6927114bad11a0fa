//! Words in both languages, and what is not to be read into them.

use super::*;
use crate::server::demo::{
    look::COLOURS,
    plan::{Mood, Style, Subject},
};

#[test]
fn styles_and_light_are_found_in_both_languages_inflected_or_not() {
    let cases: &[(&str, &[Style], &[Mood])] = &[
        (
            "as a Japanese woodblock print, at dusk",
            &[Style::Woodblock],
            &[Mood::Dusk],
        ),
        ("Woodblock prints", &[Style::Woodblock], &[]),
        (
            "en estampe japonaise, au crépuscule",
            &[Style::Woodblock],
            &[Mood::Dusk],
        ),
        (
            "Des estampes japonaises sous la neige",
            &[Style::Woodblock],
            &[Mood::Snow],
        ),
        ("une scène crépusculaire", &[], &[Mood::Dusk]),
        ("à l’aquarelle", &[Style::Watercolour], &[]),
        ("façon aquarelliste", &[Style::Watercolour], &[]),
        ("watercoloured, in watercolor", &[Style::Watercolour], &[]),
        ("en peinture à l’huile", &[Style::Oil], &[]),
        ("peint à l'huile, de nuit", &[Style::Oil], &[Mood::Night]),
        ("an oil painting of it", &[Style::Oil], &[]),
        ("en dessin à l’encre", &[Style::Ink], &[]),
        ("ENCRE DE CHINE", &[Style::Ink], &[]),
        ("au crayon", &[Style::Pencil], &[]),
        ("crayonné", &[Style::Pencil], &[]),
        ("sketched in pencil", &[Style::Pencil], &[]),
        ("enneigée", &[], &[Mood::Snow]),
        ("a snowy night", &[], &[Mood::Snow, Mood::Night]),
        ("au coucher du soleil", &[], &[Mood::Dusk]),
        ("un paysage nocturne pluvieux", &[], &[Mood::Night, Mood::Rain]),
        ("en noir et blanc", &[], &[Mood::BlackAndWhite]),
    ];
    for (prompt, styles, moods) in cases {
        let plan = read(prompt, true, false);
        assert_eq!(
            (plan.styles.as_slice(), plan.moods.as_slice()),
            (*styles, *moods),
            "{prompt}"
        );
    }
}

#[test]
fn words_that_only_look_alike_are_not_taken() {
    for prompt in [
        "a pink drink",
        "she thinks",
        "marmots",
        "merci",
        "the sum",
        "boiling",
        "snowboarding",
    ] {
        let plan = read(prompt, true, true);
        assert_eq!(plan.understood, Vec::<String>::new(), "{prompt}");
    }
}

#[test]
fn what_is_not_wanted_is_not_painted() {
    assert_eq!(read("at night, without snow", true, false).moods, [Mood::Night]);
    assert_eq!(read("de nuit, sans la neige", true, false).moods, [Mood::Night]);
}

#[test]
fn the_rest_is_told() {
    let plan = read("as a woodblock print at dusk, holding a book", true, false);
    assert_eq!(plan.understood, ["woodblock", "dusk"]);
    assert_eq!(plan.not_understood, ["holding", "book"]);
    let plan = read("Remplacez le téléphone par un livre", true, true);
    assert_eq!(plan.edits, [Edit::Remove]);
    assert_eq!(plan.not_understood, ["téléphone", "livre"]);
}

#[test]
fn removing_needs_a_hole() {
    for prompt in [
        "remove the cup",
        "Retirez la tasse",
        "effacer",
        "supprimé",
        "removing it",
        "enlève ça",
    ] {
        assert_eq!(read(prompt, true, true).edits, [Edit::Remove], "{prompt}");
        assert_eq!(read(prompt, true, false).edits, [], "{prompt}");
    }
}

#[test]
fn colours_after_a_verb_of_change_recolour() {
    let edits = |prompt: &str, hole| read(prompt, true, hole).edits;
    let blue = COLOURS.iter().find(|colour| colour.name[0] == "blue").expect("blue");
    let orange = COLOURS
        .iter()
        .find(|colour| colour.name[0] == "orange")
        .expect("orange");
    assert_eq!(edits("make it blue", true), [Edit::Recolour(blue)]);
    assert_eq!(
        edits("Remplacez l’orange par du bleu", false),
        [Edit::Exchange(orange, blue)]
    );
    assert_eq!(edits("a picture in blue", true), []);
}

#[test]
fn a_caption_of_the_demo_is_read_back() {
    let plan = read(
        "a portrait picture in orange and dark blue, bright, with an orange region in the upper left",
        false,
        false,
    );
    assert_eq!(plan.patches.len(), 1);
    assert_eq!(plan.patches[0].colour.name[0], "orange");
    assert_eq!(plan.patches[0].place, (0.25, 0.22));
    assert_eq!(plan.not_understood, Vec::<String>::new());
}

#[test]
fn subjects_are_for_pictures_from_words() {
    let plan = read("the sea and mountains under a moonlit sky", false, false);
    assert_eq!(plan.subjects, [Subject::Sea, Subject::Mountain, Subject::Sky]);
    assert_eq!(plan.moods, [Mood::Night]);
    assert_eq!(read("the sea", true, false).not_understood, ["sea"]);
}

#[test]
fn only_what_comes_is_drawn_into_the_hole() {
    let drawn = |prompt: &str| read(prompt, true, true).subjects;
    assert_eq!(drawn("Remove the boat"), []);
    assert_eq!(drawn("Retirez la tasse. Une femme tient une fleur."), []);
    assert_eq!(drawn("Replace the cup by a flower"), [Subject::Flower]);
    assert_eq!(drawn("Remplacez la tasse par un vase"), [Subject::Vase]);
    assert_eq!(drawn("Add a balloon in the sky"), [Subject::Balloon, Subject::Sky]);
    assert_eq!(drawn("ajoutez un voilier"), [Subject::Boat]);
    assert_eq!(drawn("a moon. A woman on a road."), [Subject::Moon]);
}

#[test]
fn a_blurred_background_needs_both_words() {
    assert_eq!(
        read("with a blurred background", true, false).edits,
        [Edit::BlurBackground]
    );
    assert_eq!(
        read("avec un arrière-plan flou", true, false).edits,
        [Edit::BlurBackground]
    );
    assert_eq!(read("another background", true, false).edits, []);
}

#[test]
fn the_words_prompts_are_joined_with_are_not_held_against_them() {
    for prompt in [
        "Keep: red region; stay close to the pose and composition.",
        "Keep the subject; the composition may change freely.",
        "Stay close to the original.",
        "Garder : rouge ; respecter la pose et la composition.",
        "Rester proche de l’original.",
        "La composition peut changer librement.",
        "Ne peindre que la zone masquée, avec la lumière, les couleurs et la perspective de ce qui l’entoure.",
        "Prolonger les alentours dans la zone masquée.",
    ] {
        let plan = read(prompt, true, true);
        assert_eq!(plan.not_understood, Vec::<String>::new(), "{prompt}");
    }
}
