//! Texts of share pages and of the gallery.

crate::texts! {
    /// A share page.
    pub struct Share {
        untitled: "A variation", "Une variante";
        untitled_set: "{count} variations", "{count} variantes";
        description: "A picture and its variation.", "Une image et sa variante.";
        before: "Original", "Original";
        after: "Variation", "Variante";
        view: "Show", "Afficher";
        both: "Side by side", "Côte à côte";
        numbered: "Variation {number}", "Variante {number}";
        prompt: "Prompt", "Prompt";
        price: "Price", "Prix";
        size: "Size", "Taille";
        download: "Download", "Télécharger";
        made_on: "Page made on {date}", "Page créée le {date}";
        locked_title: "This page asks for a password", "Cette page demande un mot de passe";
        password: "Password", "Mot de passe";
        unlock: "Open the page", "Ouvrir la page";
        make_one: "Make your own", "Faire la vôtre";
    }
}

crate::texts! {
    /// The gallery.
    pub struct Gallery {
        title: "Gallery", "Galerie";
        intro: "What people chose to show.", "Ce que chacun a choisi de montrer.";
        empty_title: "The gallery is empty", "La galerie est vide";
        empty_text: "A variation appears here when its owner shares it publicly.", "Une variante paraît ici quand son auteur la partage publiquement.";
        untitled: "Untitled", "Sans titre";
        pictures: "picture|pictures", "image|images|d’images";
    }
}
