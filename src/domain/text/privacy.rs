//! Texts of the privacy page, which is put together from the configuration.

crate::texts! {
    /// The privacy page.
    pub struct Privacy {
        title: "Privacy", "Confidentialité";
        intro: "What happens to your pictures here, as this place is configured right now.", "Ce que deviennent vos images ici, selon la configuration actuelle.";
        who_title: "Who receives your picture", "Qui reçoit votre image";
        who_demo: "Nobody. This is a demo: filters on this machine describe and paint, and no picture leaves it.", "Personne. Ceci est une démo\u{a0}: des filtres sur cette machine décrivent et peignent, et aucune image n’en sort.";
        who_nobody: "Nobody: no provider is configured.", "Personne\u{a0}: aucun fournisseur n’est configuré.";
        who_intro: "Only when you ask for it with a button that shows its price:", "Seulement quand vous le demandez, par un bouton qui en montre le prix\u{a0}:";
        who_describes: "describes the picture", "décrit l’image";
        who_paints: "paints the variation", "peint la variante";
        who_both: "describes the picture and paints the variation", "décrit l’image et peint la variante";
        who_refines: "{name} also gets the words of your prompt, without the picture, when you press “Refine”.", "{name} reçoit aussi les mots de votre prompt, sans l’image, quand vous appuyez sur «\u{a0}Affiner\u{a0}».";
        who_upload: "An upload alone is sent to nobody.", "Un envoi seul n’est transmis à personne.";
        removed_title: "What is removed", "Ce qui est retiré";
        removed_text: "Location, camera data, embedded thumbnails, comments and everything else that is not the picture are removed before it is stored. The file you sent is not kept.", "La position, les données d’appareil, les vignettes incorporées, les commentaires et tout ce qui n’est pas l’image sont retirés avant l’enregistrement. Le fichier envoyé n’est pas conservé.";
        kept_title: "How long pictures stay", "Combien de temps les images restent";
        kept_days: "Pictures are deleted after {days}. You can delete them earlier.", "Les images sont supprimées après {days}. Vous pouvez les supprimer avant.";
        kept_until: "Pictures stay until you delete them.", "Les images restent jusqu’à ce que vous les supprimiez.";
        day: "day|days", "jour|jours|de jours";
        cookies_title: "Cookies", "Cookies";
        cookies_text: "One cookie recognises you, so that you find your pictures again; it is set when you send the first one. Language and theme are remembered in the same way. Nothing is used to follow you, and no other site is involved.", "Un cookie vous reconnaît, pour que vous retrouviez vos images\u{202f}; il est posé au premier envoi. La langue et le thème sont retenus de la même façon. Rien ne sert à vous suivre, et aucun autre site n’intervient.";
        shared_title: "What others see", "Ce que voient les autres";
        shared_text: "Nothing, until you make a page for a variation. Such a page shows what you chose and nothing else, and always says that the picture was changed.", "Rien, tant que vous ne créez pas de page pour une variante. Une telle page montre ce que vous avez choisi et rien d’autre, et dit toujours que l’image a été modifiée.";
        contact_title: "Contact", "Contact";
        contact_text: "Whoever runs this place:", "Qui exploite ce service\u{a0}:";
        contact_none: "Whoever runs this place gave no address.", "L’exploitant n’a pas donné d’adresse.";
    }
}
