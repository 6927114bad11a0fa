//! Texts that stand on every page: header, footer, banner, names of ways and providers, faults of forms.

use crate::domain::{order::Way, spec::ProviderName, spec::Quality, text::Lang};

crate::texts! {
    /// What stands on every page.
    pub struct Common {
        name: "Pochoir", "Pochoir";
        tagline: "One picture, one wish: one variation.", "Une image, une demande\u{a0}: une variante.";
        skip: "Skip to the content", "Aller au contenu";
        menu: "Menu", "Menu";
        main_navigation: "Main", "Principale";
        new_picture: "New picture", "Nouvelle image";
        library: "My pictures", "Mes images";
        gallery: "Gallery", "Galerie";
        privacy: "Privacy", "Confidentialité";
        left_today: "Left today", "Reste aujourd’hui";
        play_money: "play money", "monnaie fictive";
        to_dark: "Dark theme", "Thème sombre";
        to_light: "Light theme", "Thème clair";
        demo_banner: "Demo: filters on this machine paint the pictures, no AI. Prices are in play money.", "Démo\u{a0}: les images sont peintes par des filtres sur cette machine, sans IA. Les prix sont en monnaie fictive.";
        demo: "demo", "démo";
        loading: "Loading…", "Chargement…";
        fault_title: "That did not work.", "Cela n’a pas fonctionné.";
        budget_fault: "The budget does not allow this. Nothing was spent.", "Le budget ne le permet pas. Rien n’a été dépensé.";
        order_fault: "This order cannot be painted as it stands ({code}). Nothing was spent.", "Cette commande ne peut pas être peinte telle quelle ({code}). Rien n’a été dépensé.";
        cancel: "Cancel", "Annuler";
        copy: "Copy", "Copier";
        copied: "Copied", "Copié";
        copy_refused: "Copying is not allowed here: select the text instead.", "La copie n’est pas permise ici\u{a0}: sélectionnez le texte.";
        next_page: "Older", "Plus anciennes";
        first_page: "Newest", "Plus récentes";
        pages: "Pages", "Pages";
        changed_by_ai: "Picture changed by AI", "Image modifiée par IA";
        changed_by_demo: "Picture changed by filters (demo, no AI)", "Image modifiée par des filtres (démo, sans IA)";
        reimagine: "Reimagined", "Réinventée";
        restyle: "Restyled", "Transformée";
        repaint: "Repainted", "Zone repeinte";
        quality_low: "low", "basse";
        quality_medium: "medium", "moyenne";
        quality_high: "high", "haute";
        quality_xhigh: "very high", "très haute";
        quality_max: "highest", "maximale";
        provider_demo: "Demo", "Démo";
        describe_no_credit: "Describing is paused: the provider’s account has no credit left. The next try is possible in {wait}.", "La description est en pause\u{a0}: le compte du fournisseur n’a plus de crédit. Prochain essai possible dans {wait}.";
        describe_key: "Describing is paused: the provider does not accept the key of this place. The next try is possible in {wait}.", "La description est en pause\u{a0}: le fournisseur n’accepte pas la clé de ce service. Prochain essai possible dans {wait}.";
        refine_no_credit: "Refining is paused: the provider’s account has no credit left. The next try is possible in {wait}.", "L’affinage est en pause\u{a0}: le compte du fournisseur n’a plus de crédit. Prochain essai possible dans {wait}.";
        refine_key: "Refining is paused: the provider does not accept the key of this place. The next try is possible in {wait}.", "L’affinage est en pause\u{a0}: le fournisseur n’accepte pas la clé de ce service. Prochain essai possible dans {wait}.";
        paint_no_credit: "Painting is paused: the provider’s account has no credit left. The next try is possible in {wait}.", "La peinture est en pause\u{a0}: le compte du fournisseur n’a plus de crédit. Prochain essai possible dans {wait}.";
        paint_key: "Painting is paused: the provider does not accept the key of this place. The next try is possible in {wait}.", "La peinture est en pause\u{a0}: le fournisseur n’accepte pas la clé de ce service. Prochain essai possible dans {wait}.";
        not_found_title: "There is nothing here", "Il n’y a rien ici";
        not_found_text: "This page does not exist, has ended, or belongs to somebody else.", "Cette page n’existe pas, a pris fin ou appartient à quelqu’un d’autre.";
        not_found_home: "Start with a new picture", "Partir d’une nouvelle image";
    }
}

impl Common {
    /// What a variation made this way is called.
    #[must_use]
    pub const fn way(&self, way: Way) -> &'static str {
        match way {
            Way::Reimagine => self.reimagine,
            Way::Restyle => self.restyle,
            Way::Repaint => self.repaint,
        }
    }

    /// The name of a quality.
    #[must_use]
    pub const fn quality(&self, quality: Quality) -> &'static str {
        match quality {
            Quality::Low => self.quality_low,
            Quality::Medium => self.quality_medium,
            Quality::High => self.quality_high,
            Quality::Xhigh => self.quality_xhigh,
            Quality::Max => self.quality_max,
        }
    }

    /// The name of a provider; the vendors' own, where there is one.
    #[must_use]
    pub const fn provider(&self, provider: ProviderName) -> &'static str {
        match provider {
            ProviderName::Openai => "OpenAI",
            ProviderName::AzureOpenai => "Azure OpenAI",
            ProviderName::AzureVision => "Azure AI Vision",
            ProviderName::Demo => self.provider_demo,
        }
    }
}

/// Joins names as a sentence does: "a, b and c".
#[must_use]
pub fn list(lang: Lang, names: &[String]) -> String {
    let and = match lang {
        Lang::En => " and ",
        Lang::Fr => " et ",
    };
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{}{and}{last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_as_in_a_sentence() {
        let names = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(list(Lang::En, &names), "a, b and c");
        assert_eq!(list(Lang::Fr, &names[..2]), "a et b");
        assert_eq!(list(Lang::Fr, &names[..1]), "a");
        assert_eq!(list(Lang::En, &[]), "");
    }
}
