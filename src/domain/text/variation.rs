//! Texts of a variation's page: comparison, details, downloads, sharing, deletion.

crate::texts! {
    /// A variation's page, and what it has in common with a share page.
    pub struct Variation {
        title: "Variation", "Variante";
        after_alt: "The variation", "La variante";
        before_alt: "The original", "L’image d’origine";
        compare: "Compare", "Comparer";
        mode: "Way of comparing", "Façon de comparer";
        slider: "Slider", "Curseur";
        side: "Side by side", "Côte à côte";
        difference: "Difference", "Différence";
        hold: "Hold for the original", "Maintenir pour l’original";
        boundary: "Boundary between original and variation", "Limite entre l’original et la variante";
        boundary_value: "original up to {share}", "original jusqu’à {share}";
        prompt: "Output prompt", "Prompt de sortie";
        copy_prompt: "Copy the prompt", "Copier le prompt";
        understood: "Understood", "Compris";
        not_understood: "Not understood", "Non compris";
        nothing: "nothing", "rien";
        details: "Details", "Détails";
        price: "Price", "Prix";
        model: "Model", "Modèle";
        quality: "Quality", "Qualité";
        size: "Size", "Taille";
        made: "Made", "Faite le";
        by: "Painted by", "Peinte par";
        protected: "Protected", "Protégé";
        protected_none: "0 of {pixels} changed, compared with your picture as stored", "0 modifié sur {pixels}, par rapport à votre image telle qu’enregistrée";
        protected_some: "{changed} of {pixels} changed, compared with your picture as stored", "{changed} modifiés sur {pixels}, par rapport à votre image telle qu’enregistrée";
        protected_pixels: "protected pixel|protected pixels", "pixel protégé|pixels protégés|de pixels protégés";
        would_cost: "would cost about {price}, costs nothing (demo)", "coûterait environ {price}, ne coûte rien (démo)";
        studio: "Back to the studio", "Retour à l’atelier";
        use_as_source: "Use as source", "Repartir de cette image";
        download: "Download", "Télécharger";
        download_composed: "Download the picture (PNG, lossless)", "Télécharger l’image (PNG, sans perte)";
        download_raw: "Download what the provider returned", "Télécharger la réponse du fournisseur";
        share: "Share", "Partager";
        share_who: "Who finds it", "Qui la trouve";
        share_unlisted: "Whoever has the link", "Accessible par lien";
        share_public: "Everybody: it is in the gallery", "Tout le monde\u{a0}: elle paraît dans la galerie";
        share_title: "Title (optional)", "Titre (facultatif)";
        share_shows: "On the page", "Sur la page";
        share_original: "Show the original", "Montrer l’image d’origine";
        share_prompt: "Show the prompt", "Montrer le prompt";
        share_price: "Show the price", "Montrer le prix";
        share_download: "Allow the download", "Permettre le téléchargement";
        share_password: "Password (optional)", "Mot de passe (facultatif)";
        share_note: "The page always says that the picture was changed.", "La page dit toujours que l’image a été modifiée.";
        share_submit: "Make the page", "Créer la page";
        share_new: "Make a page", "Créer une page";
        share_done: "The page is there.", "La page est prête.";
        shares: "Pages that show it", "Pages qui la montrent";
        share_link: "Link", "Lien";
        share_open: "Open", "Ouvrir";
        share_copy: "Copy the link", "Copier le lien";
        share_revoke: "Revoke", "Révoquer";
        share_revoke_title: "Revoke this page?", "Révoquer cette page\u{202f}?";
        share_revoke_text: "Its link stops working at once, everywhere.", "Son lien cesse de fonctionner aussitôt, partout.";
        share_untitled: "Untitled", "Sans titre";
        visibility_unlisted: "by link", "par lien";
        visibility_public: "public", "publique";
        share_ends: "until {date}", "jusqu’au {date}";
        share_locked: "with password", "avec mot de passe";
        delete: "Delete…", "Supprimer…";
        delete_title: "Delete this variation?", "Supprimer cette variante\u{202f}?";
        delete_text: "It cannot be brought back, and pages that show it lose it at once.", "Elle ne pourra pas être récupérée, et les pages qui la montrent la perdent aussitôt.";
        delete_confirm: "Delete for good", "Supprimer définitivement";
        more: "More", "Autres actions";
    }
}
