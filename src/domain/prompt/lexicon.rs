//! Common nouns in English and French, and the small words that tell the languages apart.
//!
//! The composer uses them to see that `remplacer le téléphone` speaks of the fact `cell phone`. A noun that is not here
//! still matches itself, inflected or not, in its own language. To add one: a line in [`ENTRIES`], plain letters only.

use super::words::stem;
use crate::domain::text::Lang;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// What a noun tells about a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A thing or a being.
    Thing,
    /// What surrounds the subject; another background replaces it.
    Scenery,
    /// A colour.
    Colour,
    /// A time of the day.
    Daytime,
    /// A season.
    Season,
}

/// A noun in both languages.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// What it is called here: its first English word.
    pub name: &'static str,
    /// Its words, in English and French.
    words: [&'static [&'static str]; 2],
    /// What it is a kind of.
    pub kind_of: Option<&'static str>,
    /// What it tells.
    pub role: Role,
}

/// The entry of a plain word, inflected or not.
pub fn find(plain: &str, lang: Lang) -> Option<&'static Entry> {
    let index = &INDEX[lang.index()];
    index
        .forms
        .get(plain)
        .or_else(|| index.stems.get(&stem(plain)))
        .copied()
}

/// Whether a plain word is a colour, whatever else it may be.
pub fn is_colour(plain: &str, lang: Lang) -> bool {
    INDEX[lang.index()].colours.contains(&stem(plain))
}

/// The words of one language; of several entries with the same word the first counts.
struct Index {
    forms: HashMap<&'static str, &'static Entry>,
    stems: HashMap<String, &'static Entry>,
    colours: HashSet<String>,
}

static INDEX: LazyLock<[Index; 2]> = LazyLock::new(|| {
    Lang::ALL.map(|lang| {
        let mut index = Index {
            forms: HashMap::new(),
            stems: HashMap::new(),
            colours: HashSet::new(),
        };
        for entry in ENTRIES {
            for word in entry.words[lang.index()] {
                index.forms.entry(word).or_insert(entry);
                index.stems.entry(stem(word)).or_insert(entry);
                if entry.role == Role::Colour {
                    index.colours.insert(stem(word));
                }
            }
        }
        index
    })
});

/// Articles, prepositions, pronouns: they carry no meaning here.
pub const fn small_words(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::En => &[
            "a", "an", "the", "of", "and", "or", "in", "on", "at", "with", "by", "to", "from", "for", "into", "onto",
            "as", "is", "are", "be", "it", "its", "his", "her", "hers", "their", "my", "our", "your", "this", "that",
            "these", "those", "there", "he", "she", "they", "them", "him", "who", "which", "some", "all", "every",
            "each", "not", "under", "over", "near", "behind", "beside", "next", "front", "between", "while", "very",
            "top", "off", "out", "i", "me", "you", "please", "can", "could", "would", "want", "get", "don", "doesn",
            "t", "never", "no",
        ],
        Lang::Fr => &[
            "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "ou", "en", "dans", "sur", "sous", "au",
            "aux", "avec", "par", "pour", "contre", "est", "sont", "il", "elle", "ils", "elles", "son", "sa", "ses",
            "leur", "leurs", "mon", "ma", "mes", "notre", "nos", "votre", "vos", "ce", "cet", "cette", "ces", "qui",
            "que", "qu", "ne", "n", "pas", "a", "y", "s", "se", "tous", "toute", "toutes", "chez", "vers", "entre",
            "devant", "derriere", "pres", "cote", "tres", "haut", "je", "tu", "vous", "veux", "voudrais", "faut",
            "merci", "svp", "jamais",
        ],
    }
}

macro_rules! entries {
    ($( $role:ident $(($kind:literal))? : $name:literal $($english:literal)* | $($french:literal)+ ; )*) => {
        &[$( Entry {
            name: $name,
            words: [&[$name $(, $english)*], &[$($french),+]],
            kind_of: entries!(@kind $($kind)?),
            role: Role::$role,
        } ),*]
    };
    (@kind) => { None };
    (@kind $kind:literal) => { Some($kind) };
}

/// Every entry. The exact word is looked for first, so irregular forms are listed.
const ENTRIES: &[Entry] = entries! {
    // People.
    Thing: "person" "people" "human" "somebody" "someone" | "personne" "gens" "quelqu" "humain" "personnage";
    Thing("person"): "woman" "women" "lady" | "femme" "dame";
    Thing("person"): "man" "men" "guy" "gentleman" | "homme" "monsieur" "messieurs";
    Thing("person"): "child" "children" "kid" "toddler" | "enfant" "gamin" "gamine";
    Thing("person"): "boy" | "garcon";
    Thing("person"): "girl" | "fille" "fillette";
    Thing("person"): "baby" | "bebe";
    Thing("person"): "astronaut" "cosmonaut" | "astronaute" "cosmonaute" "spationaute";
    Thing: "crowd" | "foule";
    Thing: "face" | "visage";
    Thing: "pose" "posture" | "pose" "posture";
    Thing: "hair" "hairs" | "cheveu" "cheveux" "chevelure";
    Thing: "beard" | "barbe";
    Thing: "moustache" "mustache" | "moustache";
    Thing: "head" | "tete";
    Thing: "eye" | "oeil" "yeux";
    Thing: "nose" | "nez";
    Thing: "mouth" | "bouche";
    Thing: "hand" | "main";
    Thing: "arm" | "bras";
    Thing: "leg" | "jambe";
    Thing: "foot" "feet" | "pied";
    // Animals.
    Thing: "animal" "mammal" "creature" "pet" | "animal" "animaux" "bete" "mammifere";
    Thing("animal"): "dog" "puppy" | "chien" "chienne" "chiot";
    Thing("animal"): "cat" "kitten" "kitty" | "chat" "chatte" "chaton";
    Thing("animal"): "horse" "pony" | "cheval" "chevaux" "poney" "jument";
    Thing("animal"): "cow" "bull" "cattle" | "vache" "taureau" "boeuf";
    Thing("animal"): "sheep" "lamb" | "mouton" "brebis" "agneau";
    Thing("animal"): "goat" | "chevre";
    Thing("animal"): "pig" | "cochon" "porc";
    Thing("animal"): "rabbit" "hare" | "lapin" "lievre";
    Thing("animal"): "mouse" "mice" "rat" | "souris" "rat";
    Thing("animal"): "bear" | "ours";
    Thing("animal"): "fox" | "renard";
    Thing("animal"): "wolf" "wolves" | "loup";
    Thing("animal"): "elephant" | "elephant";
    Thing("animal"): "lion" | "lion" "lionne";
    Thing("animal"): "bird" | "oiseau";
    Thing("animal"): "duck" | "canard";
    Thing("animal"): "chicken" "hen" | "poule" "poulet";
    Thing("animal"): "fish" "fishes" | "poisson";
    Thing("animal"): "butterfly" | "papillon";
    Thing("animal"): "bee" | "abeille";
    // What moves.
    Thing: "vehicle" | "vehicule";
    Thing("vehicle"): "car" "automobile" "cab" "taxi" | "voiture" "automobile" "auto" "taxi";
    Thing("vehicle"): "bus" "coach" | "bus" "autobus" "autocar";
    Thing("vehicle"): "truck" "lorry" "van" | "camion" "camionnette";
    Thing("vehicle"): "bicycle" "bike" | "bicyclette" "velo";
    Thing("vehicle"): "motorcycle" "motorbike" | "moto" "motocyclette";
    Thing("vehicle"): "train" | "train";
    Thing("vehicle"): "boat" "ship" "sailboat" | "bateau" "navire" "voilier" "barque";
    Thing("vehicle"): "airplane" "plane" "aircraft" "aeroplane" | "avion";
    Thing("vehicle"): "helicopter" | "helicoptere";
    Thing("vehicle"): "rocket" | "fusee";
    Thing("vehicle"): "shuttle" | "navette";
    Thing: "wheel" | "roue";
    // Clothes and what is worn.
    Thing: "clothing" "clothes" "garment" | "vetement" "habit";
    Thing("clothing"): "suit" | "costume" "combinaison" "tailleur";
    Thing("clothing"): "dress" "gown" | "robe";
    Thing("clothing"): "skirt" | "jupe";
    Thing("clothing"): "shirt" "blouse" | "chemise" "chemisier";
    Thing("clothing"): "sweater" "jumper" "pullover" | "pull" "chandail";
    Thing("clothing"): "jacket" | "veste" "blouson";
    Thing("clothing"): "coat" | "manteau";
    Thing("clothing"): "trousers" "pants" "jeans" | "pantalon" "jean";
    Thing("clothing"): "shoe" "boot" "sneaker" | "chaussure" "botte" "basket";
    Thing("clothing"): "hat" | "chapeau";
    Thing("clothing"): "cap" | "casquette";
    Thing("clothing"): "helmet" | "casque";
    Thing("clothing"): "scarf" "scarves" | "echarpe" "foulard";
    Thing("clothing"): "glove" | "gant";
    Thing("clothing"): "tie" "necktie" | "cravate";
    Thing: "spectacles" "eyeglasses" "glasses" "sunglasses" | "lunettes";
    Thing: "necklace" | "collier";
    Thing: "ring" | "bague";
    Thing: "watch" | "montre";
    Thing: "bag" "handbag" "backpack" | "sac" "cartable";
    Thing: "umbrella" | "parapluie" "parasol" "ombrelle";
    // Things.
    Thing: "phone" "telephone" "cellphone" "smartphone" "mobile" | "telephone" "portable" "smartphone" "mobile";
    Thing: "computer" "laptop" | "ordinateur";
    Thing: "screen" "monitor" | "ecran" "moniteur";
    Thing: "keyboard" | "clavier";
    Thing: "television" "tv" | "television" "tele" "televiseur";
    Thing: "camera" | "appareil" "camera";
    Thing: "book" | "livre" "bouquin";
    Thing: "newspaper" | "journal" "journaux";
    Thing: "paper" | "papier";
    Thing: "letter" | "lettre";
    Thing: "pen" | "stylo";
    Thing: "flag" | "drapeau";
    Thing: "sign" "signboard" | "panneau" "enseigne" "pancarte";
    Thing: "text" "writing" "inscription" | "texte" "inscription";
    Thing: "logo" "badge" "patch" | "logo" "badge" "ecusson" "insigne";
    Thing: "clock" | "horloge" "pendule";
    Thing: "lamp" "lantern" | "lampe" "lanterne";
    Thing: "candle" | "bougie";
    Thing: "mirror" | "miroir";
    Thing: "frame" | "cadre";
    Thing: "vase" | "vase";
    Thing: "box" "crate" | "boite" "caisse" "carton";
    Thing: "basket" | "panier";
    Thing: "ball" "football" | "balle" "ballon";
    Thing: "balloon" | "ballon" "montgolfiere";
    Thing: "toy" | "jouet";
    Thing: "doll" | "poupee";
    Thing: "robot" | "robot";
    Thing: "guitar" | "guitare";
    Thing: "piano" | "piano";
    Thing: "knife" "knives" | "couteau";
    Thing: "fork" | "fourchette";
    Thing: "spoon" "teaspoon" | "cuillere" "cuiller";
    Thing: "plate" "dish" | "assiette" "plat";
    Thing: "saucer" | "soucoupe";
    Thing: "bowl" | "bol" "saladier";
    Thing: "cup" "mug" | "tasse" "mug";
    Thing: "glass" | "verre";
    Thing: "bottle" | "bouteille";
    Thing: "pot" "jar" | "pot" "bocal";
    Thing: "rope" | "corde";
    Thing: "wire" "cable" | "fil" "cable";
    Thing: "statue" "sculpture" | "statue" "sculpture";
    // Food.
    Thing: "food" "meal" | "nourriture" "repas" "aliment";
    Thing: "coffee" "espresso" | "cafe";
    Thing: "tea" | "the";
    Thing: "bread" | "pain";
    Thing: "cake" | "gateau";
    Thing: "fruit" | "fruit";
    Thing("fruit"): "apple" | "pomme";
    Thing("fruit"): "banana" | "banane";
    Thing("fruit"): "lemon" | "citron";
    Thing("fruit"): "strawberry" | "fraise";
    Thing: "vegetable" | "legume";
    Thing: "cheese" | "fromage";
    // Furniture.
    Thing: "furniture" | "meuble" "mobilier";
    Thing("furniture"): "table" "desk" | "table" "bureau";
    Thing("furniture"): "chair" "seat" "armchair" "stool" | "chaise" "siege" "fauteuil" "tabouret";
    Thing("furniture"): "sofa" "couch" | "canape" "sofa";
    Thing("furniture"): "bed" | "lit";
    Thing("furniture"): "shelf" "shelves" "bookcase" | "etagere" "bibliotheque";
    Thing("furniture"): "bench" | "banc";
    Thing: "curtain" | "rideau";
    Thing: "carpet" "rug" | "tapis";
    // Plants.
    Thing: "plant" | "plante";
    Thing("plant"): "flower" "bouquet" | "fleur" "bouquet";
    Thing("plant"): "rose" | "rose";
    Thing("plant"): "bush" "hedge" | "buisson" "haie";
    Thing: "leaf" "leaves" "foliage" | "feuille" "feuillage";
    Thing("plant"): "tree" | "arbre";
    // What surrounds.
    Scenery: "background" "backdrop" "scenery" "setting" "place" | "fond" "decor" "paysage" "arriere" "lieu" "endroit";
    Scenery: "outdoor" "outdoors" "outside" | "exterieur" "dehors";
    Scenery: "indoor" "indoors" "inside" | "interieur";
    Scenery: "room" | "piece" "chambre" "salle" "salon";
    Scenery: "kitchen" | "cuisine";
    Scenery: "office" | "bureau";
    Scenery: "studio" | "studio";
    Scenery: "wall" | "mur" "paroi";
    Scenery: "floor" "ground" "pavement" | "sol" "plancher" "parquet";
    Scenery: "ceiling" | "plafond";
    Scenery: "window" | "fenetre" "vitre";
    Scenery: "door" "gate" | "porte" "portail";
    Scenery: "fence" | "barriere" "cloture" "grillage";
    Scenery: "house" "home" "cottage" | "maison";
    Scenery: "building" "skyscraper" | "batiment" "immeuble" "edifice" "gratte";
    Scenery: "castle" | "chateau";
    Scenery: "church" "cathedral" | "eglise" "cathedrale";
    Scenery: "tower" | "tour";
    Scenery: "bridge" | "pont";
    Scenery: "city" "town" "village" | "ville" "village" "cite";
    Scenery: "street" "road" "highway" "path" | "rue" "route" "chemin" "chaussee" "trottoir";
    Scenery: "park" "garden" "yard" | "parc" "jardin" "cour";
    Scenery: "field" "meadow" | "champ" "pre" "prairie";
    Scenery: "grass" "lawn" | "herbe" "gazon" "pelouse";
    Scenery: "forest" "wood" "woods" "jungle" | "foret" "bois" "jungle";
    Scenery: "mountain" "hill" "cliff" | "montagne" "colline" "falaise";
    Scenery: "desert" "dune" | "desert" "dune";
    Scenery: "beach" "shore" "coast" | "plage" "rivage" "cote";
    Scenery: "sand" | "sable";
    Scenery: "sea" "ocean" | "mer" "ocean";
    Scenery: "lake" "pond" | "lac" "etang";
    Scenery: "river" "stream" | "riviere" "fleuve" "ruisseau";
    Scenery: "water" | "eau" "eaux";
    Scenery: "rock" "stone" | "rocher" "pierre" "roche" "caillou";
    Scenery: "sky" "skies" | "ciel" "cieux";
    Scenery: "cloud" | "nuage";
    Scenery: "sun" | "soleil";
    Scenery: "moon" | "lune";
    Scenery: "star" | "etoile";
    Scenery: "fire" "flame" | "feu" "flamme";
    Scenery: "smoke" "fog" "mist" | "fumee" "brouillard" "brume";
    Scenery: "rain" | "pluie";
    Scenery: "snow" | "neige";
    Scenery: "space" | "espace";
    // Times.
    Daytime: "day" "daylight" "sunny" "noon" | "jour" "journee" "midi" "ensoleille";
    Daytime: "morning" "dawn" "sunrise" | "matin" "aube" "aurore";
    Daytime: "dusk" "sunset" "evening" "twilight" | "crepuscule" "soir" "soiree" "coucher";
    Daytime: "night" "midnight" | "nuit" "minuit";
    Season: "spring" | "printemps";
    Season: "summer" | "ete";
    Season: "autumn" "fall" | "automne";
    Season: "winter" | "hiver";
    // Colours.
    Colour: "red" "crimson" "scarlet" | "rouge" "ecarlate";
    Colour: "blue" "navy" | "bleu" "bleue";
    Colour: "green" | "vert" "verte";
    Colour: "yellow" "golden" "gold" | "jaune" "dore" "or";
    Colour: "orange" | "orange";
    Colour: "pink" | "rose";
    Colour: "purple" "violet" "mauve" | "violet" "violette" "mauve" "pourpre";
    Colour: "brown" "beige" | "marron" "brun" "brune" "beige";
    Colour: "black" | "noir" "noire";
    Colour: "white" | "blanc" "blanche";
    Colour: "grey" "gray" "silver" | "gris" "grise" "argent";
    Colour: "turquoise" "teal" "cyan" | "turquoise" "cyan";
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_an_entry() {
        for entry in ENTRIES {
            if let Some(kind) = entry.kind_of {
                assert!(ENTRIES.iter().any(|other| other.name == kind), "{kind}");
            }
        }
    }

    #[test]
    fn words_are_plain_and_each_is_found() {
        for entry in ENTRIES {
            for lang in Lang::ALL {
                for word in entry.words[lang.index()] {
                    assert!(word.chars().all(|letter| letter.is_ascii_lowercase()), "{word}");
                    assert!(find(word, lang).is_some(), "{word}");
                }
            }
        }
    }

    #[test]
    fn inflected_forms_are_found() {
        for (word, lang, name) in [
            ("phones", Lang::En, "phone"),
            ("women", Lang::En, "woman"),
            ("telephones", Lang::Fr, "phone"),
            ("chevaux", Lang::Fr, "horse"),
            ("yeux", Lang::Fr, "eye"),
            ("bleues", Lang::Fr, "blue"),
        ] {
            assert_eq!(find(word, lang).map(|entry| entry.name), Some(name), "{word}");
        }
    }
}
