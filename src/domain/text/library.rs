//! Texts of the library.

crate::texts! {
    /// The library page.
    pub struct Library {
        title: "My pictures", "Mes images";
        search: "Search in the prompts", "Chercher dans les prompts";
        search_submit: "Search", "Chercher";
        search_clear: "Show everything", "Tout afficher";
        empty_title: "Nothing yet", "Rien pour l’instant";
        empty_text: "Your variations will stand here, with their prompt and their price.", "Vos variantes se trouveront ici, avec leur prompt et leur prix.";
        empty_action: "Start with a picture", "Partir d’une image";
        none_title: "Nothing found", "Rien trouvé";
        none_text: "No prompt contains “{q}”.", "Aucun prompt ne contient «\u{a0}{q}\u{a0}».";
        card: "{way}: {prompt}", "{way}\u{a0}: {prompt}";
        pick: "Choose for a set: {way}: {prompt}", "Choisir pour un ensemble\u{a0}: {way}\u{a0}: {prompt}";
        set: "Share the chosen pictures on one page", "Partager les images choisies sur une page";
        set_note: "Up to {count} pictures.", "Jusqu’à {count} images.";
        results: "Variations", "Variantes";
    }
}
