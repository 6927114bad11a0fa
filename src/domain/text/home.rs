//! Texts of the home page: the drop zone, the samples, the small print.

crate::texts! {
    /// The home page.
    pub struct Home {
        title: "New picture", "Nouvelle image";
        zone_title: "Drop your picture here", "Déposez votre image ici";
        zone_over: "Let go to start", "Lâchez pour commencer";
        choose: "Choose a file", "Choisir un fichier";
        camera: "Camera", "Appareil photo";
        submit: "Continue", "Continuer";
        paste: "or paste it with Ctrl\u{a0}V", "ou collez-la avec Ctrl\u{a0}V";
        types: "JPEG, PNG, WebP or GIF, up to {size}", "JPEG, PNG, WebP ou GIF, jusqu’à {size}";
        sending: "Sending {name}", "Envoi de {name}";
        sending_of: "Sending {name} ({place} of {count})", "Envoi de {name} ({place} sur {count})";
        preparing: "Preparing the picture…", "Préparation de l’image…";
        progress: "Upload", "Envoi";
        cancelled: "The upload was cancelled.", "L’envoi a été annulé.";
        fault_named: "{name}: {fault}", "{name}\u{a0}: {fault}";
        samples: "Examples", "Exemples";
        sample_look: "look, not result", "aperçu, pas un résultat";
        sample_try: "Try with this picture", "Essayer avec cette image";
        sample_astronaut: "Astronaut", "Astronaute";
        sample_coffee: "Coffee", "Café";
        sample_chelsea: "Cat", "Chat";
        wish_astronaut: "as a Japanese woodblock print, at dusk", "en estampe japonaise, au crépuscule";
        wish_coffee: "as a watercolour", "à l’aquarelle";
        wish_chelsea: "as an ink drawing", "en dessin à l’encre";
        sent_to: "Sent to {names}", "Envoyée à {names}";
        stays_here: "Stays on this machine", "Reste sur cette machine";
        removed: "Location and camera data removed", "Position et données d’appareil retirées";
        price_from: "From {price}", "À partir de {price}";
        left: "{left} left today", "{left} restants aujourd’hui";
        about_privacy: "What happens to my picture?", "Que devient mon image\u{202f}?";
        recent: "Continue with", "Reprendre";
        recent_item: "Picture of {date}, {size} pixels", "Image du {date}, {size} pixels";
    }
}
