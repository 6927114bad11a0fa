//! Verbs of wishes and captions, in English and French. To add one: a form in [`VERBS`].

/// What a verb does to what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It becomes something else, said or not.
    Change,
    /// It becomes what is said after `by` or `into`.
    Replace,
    /// It goes.
    Remove,
    /// It stays.
    Keep,
    /// What follows is new.
    Add,
    /// `put the woman on the moon`: as if there were no verb.
    Put,
}

/// Verbs by their stems (with `*`) or forms, in both languages.
const VERBS: &[(Verb, &[&str])] = &[
    (
        Verb::Remove,
        &[
            "remov*", "delet*", "eras*", "rid", "hide", "hides", "hiding", "enlev*", "retir*", "supprim*", "effac*",
            "oter", "otez", "ote", "gomm*", "masquer", "masquez",
        ],
    ),
    (
        Verb::Replace,
        &[
            "replac*",
            "swap*",
            "substitut*",
            "exchang*",
            "turn",
            "turns",
            "turning",
            "convert*",
            "remplac*",
            "echang*",
            "troquer",
            "troquez",
            "transform*",
        ],
    ),
    (
        Verb::Change,
        &[
            "change",
            "changes",
            "changing",
            "changer",
            "changez",
            "changeons",
            "alter",
            "altering",
            "modif*",
            "make",
            "makes",
            "making",
            "paint",
            "repaint",
            "recolor*",
            "recolour*",
            "colorier",
            "colorez",
            "peindre",
            "peignez",
            "repeindre",
            "repeignez",
            "rendre",
            "rends",
            "rendez",
            "vary",
            "varier",
        ],
    ),
    (
        Verb::Keep,
        &[
            "keep",
            "keeps",
            "keeping",
            "preserv*",
            "leave",
            "leaving",
            "retain",
            "garder",
            "gardez",
            "garde",
            "gardons",
            "conserver",
            "conservez",
            "conserve",
            "laisser",
            "laissez",
            "laisse",
            "maintenir",
            "maintenez",
            "except",
            "but",
            "sauf",
            "hormis",
            "excepte",
        ],
    ),
    (
        Verb::Add,
        &[
            "add", "adds", "adding", "insert*", "insere*", "ajout*", "rajout*", "give", "giving", "donner", "donnez",
            "donne",
        ],
    ),
    (
        Verb::Put,
        &[
            "put", "puts", "putting", "place", "placing", "placer", "placez", "poser", "posez", "mettre", "mettez",
            "mets",
        ],
    ),
];

/// What a plain word does, if it is a verb.
pub fn verb(plain: &str) -> Option<Verb> {
    let is_form = |form: &&str| {
        form.strip_suffix('*')
            .map_or(*form == plain, |stem| plain.starts_with(stem))
    };
    VERBS
        .iter()
        .find(|(_, forms)| forms.iter().any(is_form))
        .map(|(verb, _)| *verb)
}

/// Verbs in the middle of a phrase: `holding`, `tenant`.
pub fn is_participle(plain: &str) -> bool {
    const NOUNS: &[&str] = &[
        "building",
        "ceiling",
        "painting",
        "clothing",
        "king",
        "string",
        "evening",
        "morning",
        "wedding",
        "drawing",
        "lighting",
        "earring",
        "railing",
        "awning",
        "thing",
        "something",
        "nothing",
        "spring",
        "swing",
        "wing",
        "ring",
        "sling",
        "writing",
        "enfant",
        "elephant",
        "devant",
        "avant",
        "restaurant",
        "volant",
        "diamant",
        "croissant",
        "gant",
        "chant",
        "geant",
        "instant",
        "pendant",
        "auparavant",
        "maintenant",
        "etudiant",
        "habitant",
        "plant",
        "giant",
        "restaurants",
        "infant",
    ];
    const OTHERS: &[&str] = &[
        "dressed",
        "seated",
        "covered",
        "surrounded",
        "vetu",
        "vetue",
        "vetus",
        "vetues",
        "assis",
        "assise",
        "debout",
        "habille",
        "habillee",
        "coiffe",
        "coiffee",
        "entoure",
        "entouree",
        "couvert",
        "couverte",
    ];
    OTHERS.contains(&plain)
        || (plain.len() >= 5 && (plain.ends_with("ing") || plain.ends_with("ant")) && !NOUNS.contains(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_in_both_languages_and_inflected() {
        for (plain, meant) in [
            ("removing", Verb::Remove),
            ("supprimez", Verb::Remove),
            ("remplacee", Verb::Replace),
            ("peignez", Verb::Change),
            ("gardez", Verb::Keep),
            ("ajoutons", Verb::Add),
            ("mettez", Verb::Put),
        ] {
            assert_eq!(verb(plain), Some(meant), "{plain}");
        }
        assert_eq!(verb("woman"), None);
    }

    #[test]
    fn a_noun_is_no_participle() {
        assert!(is_participle("holding") && is_participle("tenant") && is_participle("assise"));
        assert!(!is_participle("building") && !is_participle("enfant") && !is_participle("ring"));
    }
}
