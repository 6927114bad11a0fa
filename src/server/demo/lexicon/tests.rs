//! Words in both languages, and what is not to be read into them.

use super::*;
use crate::server::demo::{
    look::COLOURS,
    plan::{Backdrop, Mood, Style, Subject},
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
fn nothing_the_demo_says_of_a_picture_is_held_against_it() {
    use crate::{
        domain::text::Lang,
        server::demo::{
            look::{self, Seen},
            paint::Canvas,
        },
    };
    for colours in [
        [[236, 120, 32], [28, 44, 96]],
        [[255, 255, 255], [0, 0, 0]],
        [[250, 240, 230], [190, 220, 240]],
    ] {
        for (width, height) in [(300, 200), (100, 300), (300, 60), (200, 200)] {
            let mut canvas = Canvas::filled(width, height, colours[1]);
            for row in canvas.rgb_mut().chunks_exact_mut(width * 3).take(height / 3) {
                row[..width].copy_from_slice(&colours[0].repeat(width / 3 + 1)[..width]);
            }
            let seen = look::look(&canvas);
            for lang in Lang::ALL {
                let mut said = vec![seen.caption(lang).text];
                said.extend(seen.tags(lang).into_iter().map(|tag| tag.text));
                for region in &seen.regions {
                    said.push(seen.detail(region, lang).text);
                    said.push(Seen::object(region, lang).text);
                }
                let said = said.join(", ");
                assert_eq!(read(&said, true, false).not_understood, Vec::<String>::new(), "{said}");
            }
        }
    }
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

#[test]
fn fifteen_styles_are_understood_in_both_languages_inflected_or_not() {
    let cases: &[(Style, &[&str])] = &[
        (
            Style::Woodblock,
            &["a woodcut", "gravé… en gravure sur bois", "linogravures"],
        ),
        (Style::Watercolour, &["watercolours", "aquarellé"]),
        (Style::Oil, &["oil on canvas", "huile sur toile"]),
        (Style::Ink, &["inked", "à l’encre"]),
        (Style::Pencil, &["pencilled", "crayonnée"]),
        (
            Style::Charcoal,
            &["a charcoal drawing", "au fusain", "dessins au fusain"],
        ),
        (Style::Pastel, &["in pastels", "au pastel", "à la craie"]),
        (
            Style::Points,
            &[
                "pointillist",
                "pointilliste",
                "in the manner of pointillism",
                "le pointillisme",
            ],
        ),
        (
            Style::Comic,
            &["as a comic book", "comics", "en bande dessinée", "une BD", "pop art"],
        ),
        (Style::Glass, &["stained glass", "en vitrail", "des vitraux"]),
        (Style::Mosaic, &["a mosaic", "mosaics", "en mosaïque", "mosaïques"]),
        (Style::Pixels, &["pixel art", "pixelated", "8-bit", "pixelisée"]),
        (
            Style::Engraving,
            &[
                "an engraving",
                "engraved",
                "etchings",
                "une gravure",
                "à l’eau-forte",
                "taille-douce",
            ],
        ),
        (Style::Cyanotype, &["a cyanotype", "en cyanotypes"]),
        (
            Style::Stencil,
            &["a stencil", "stencilled", "au pochoir", "des graffitis", "sérigraphie"],
        ),
    ];
    for (style, prompts) in cases {
        for prompt in *prompts {
            let plan = read(prompt, true, false);
            assert_eq!(plan.styles, [*style], "{prompt}");
        }
    }
}

#[test]
fn another_place_comes_behind_and_a_place_of_something_does_not() {
    let places = |prompt: &str| -> Vec<Backdrop> {
        let edits = read(prompt, true, false).edits;
        let place = |edit: &Edit| match edit {
            Edit::Backdrop(place) => Some(*place),
            _ => None,
        };
        edits.iter().filter_map(place).collect()
    };
    for (prompt, place) in [
        ("on the moon", Backdrop::Moon),
        ("Put her on the Moon!", Backdrop::Moon),
        ("sur la Lune", Backdrop::Moon),
        ("a cat on a beach", Backdrop::Beach),
        ("à la plage", Backdrop::Beach),
        ("au bord de la mer", Backdrop::Beach),
        ("dans le désert", Backdrop::Desert),
        ("en montagne", Backdrop::Mountains),
        ("in the forest", Backdrop::Forest),
        ("dans les bois", Backdrop::Forest),
        ("dans un jardin", Backdrop::Meadow),
        ("in a street", Backdrop::City),
        ("dans les nuages", Backdrop::Clouds),
        ("in outer space", Backdrop::Space),
        ("sous l’eau", Backdrop::Underwater),
        ("in the forest, no: on the moon", Backdrop::Moon),
    ] {
        assert_eq!(places(prompt), [place], "{prompt}");
    }
    for prompt in [
        "add a balloon above the clouds",
        "remove the boat on the beach",
        "a moonlit night",
        "without a beach",
        "ajoutez un oiseau dans le jardin",
    ] {
        assert_eq!(places(prompt), [], "{prompt}");
    }
    let plan = read("on the moon, under the snow, as a watercolour", true, false);
    assert_eq!(plan.understood, ["on the moon", "snow", "watercolour"]);
    assert_eq!(plan.not_understood, Vec::<String>::new());
    assert_eq!(read("a cat on the beach", false, false).subjects, [Subject::Sea]);
}

#[test]
fn every_phrase_of_the_table_means_what_its_line_says() {
    for entry in ENTRIES {
        for phrase in entry.phrases.split(", ") {
            let words = split(&phrase.trim().replace('!', ""));
            let found = matches(&words);
            let names: Vec<&str> = found.iter().map(|(found, _)| found.name).collect();
            assert_eq!(names, [entry.name], "{phrase}");
        }
    }
}

#[test]
fn everything_in_the_table_can_be_painted_at_any_size() {
    use crate::{
        domain::spec::Size,
        server::demo::paint::{self, Canvas, Hole},
    };
    let source = Canvas::of_rgb(
        3,
        2,
        vec![200, 90, 30, 20, 40, 90, 0, 0, 0, 255, 255, 255, 9, 99, 9, 50, 60, 70],
    );
    let hole = Hole::new(3, 2, vec![true, false, false, true, true, false]);
    for entry in ENTRIES {
        let mut plan = Plan::default();
        match entry.meaning {
            Meaning::Style(style) => plan.styles.push(style),
            Meaning::Mood(mood) => plan.moods.push(mood),
            Meaning::Backdrop(place) => plan.edits.push(Edit::Backdrop(place)),
            Meaning::Subject(subject) => plan.subjects.push(subject),
            _ => continue,
        }
        for size in [Size::new(16, 16), Size::new(16, 48), Size::new(160, 64)] {
            for (source, hole) in [(None, None), (Some(&source), None), (Some(&source), Some(&hole))] {
                let painted = paint::paint(&plan, source, hole, size, 7);
                assert_eq!(painted.size(), size, "{}", entry.name);
            }
        }
    }
}
