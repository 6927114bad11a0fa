//! Errors as callers see them: a stable code, the right status, a sentence in their language.
//!
//! To add one: a line in the `codes!` table, with both sentences. `{name}` places are filled by the thrower.

use crate::domain::{
    money::Micros,
    text::{Lang, fill},
};
use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What went wrong, for people and for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// Stable, for scripts: see [`ErrorCode`].
    pub code: String,
    /// One or two sentences for people, in their language.
    pub message: String,
    /// Sentences by field name, where a field is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, String>>,
    /// After how many seconds asking again makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// What could be ordered instead, with its price (`model_ended`). Nothing is ordered until somebody says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Box<Proposal>>,
}

/// The successor of a model that ended, and what the same order costs with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The model's id.
    pub model: String,
    /// Upper bound; this much would be reserved.
    pub quote_micros: Micros,
    /// Most likely price.
    pub expected_micros: Micros,
}

impl ApiError {
    /// The error of this code in this language.
    #[must_use]
    pub fn new(code: ErrorCode, lang: Lang) -> Self {
        Self::with(code, lang, &[])
    }

    /// The same with values for the places of its sentence.
    #[must_use]
    pub fn with(code: ErrorCode, lang: Lang, values: &[(&str, &str)]) -> Self {
        Self {
            code: code.code().to_owned(),
            message: fill(code.sentence(lang), values),
            fields: None,
            retry_after_s: None,
            proposal: None,
        }
    }

    /// The code as one of ours, if it is.
    #[must_use]
    pub fn known(&self) -> Option<ErrorCode> {
        ErrorCode::from_code(&self.code)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ErrorCode::Malformed
            }
            ServerFnErrorErr::Request(_) => ErrorCode::Interrupted,
            _ => ErrorCode::Internal,
        };
        // No request at hand here, so no language: the server's error layer puts the sentence into the caller's.
        Self::new(code, Lang::En)
    }

    fn status_code(&self) -> http::StatusCode {
        let status = self.known().unwrap_or(ErrorCode::Internal).status();
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR)
    }
}

macro_rules! codes {
    ($($variant:ident $code:literal $status:literal $en:literal $fr:literal;)+) => {
        /// Every error code, with its status and its sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the sentence of each says what it means")]
        pub enum ErrorCode { $($variant,)+ }

        impl ErrorCode {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// What people read.
            #[must_use]
            pub const fn sentence(self, lang: Lang) -> &'static str {
                match lang {
                    Lang::En => match self { $(Self::$variant => $en,)+ },
                    Lang::Fr => match self { $(Self::$variant => $fr,)+ },
                }
            }

            /// The code of this stable name.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

codes! {
    // Asking.
    Malformed "malformed" 400 "The request could not be read." "La demande est illisible.";
    Interrupted "interrupted" 400 "The transfer was interrupted. Try again." "Le transfert a été interrompu. Réessayez.";
    CrossSite "cross_site" 403 "This request came from another site and was ignored." "Cette demande vient d’un autre site et a été ignorée.";
    TokenUnknown "token_unknown" 401 "This token is not known here." "Ce jeton n’est pas connu ici.";
    ThisMachineOnly "this_machine_only" 403 "This instance is for its own machine only; this request was forwarded from elsewhere." "Cette instance ne sert que sa propre machine\u{202f}; cette demande a été relayée d’ailleurs.";
    UnknownHost "unknown_host" 421 "This address does not serve that host." "Cette adresse ne sert pas cet hôte.";
    NotFound "not_found" 404 "There is nothing here, or it is not yours." "Il n’y a rien ici, ou ce n’est pas à vous.";
    WrongMethod "wrong_method" 405 "This address does not take that method." "Cette adresse n’accepte pas cette méthode.";
    TooFast "too_fast" 429 "Too many requests. Wait a moment." "Trop de demandes. Patientez un instant.";
    // Uploads.
    PictureMissing "picture_missing" 400 "No picture was chosen." "Aucune image n’a été choisie.";
    PictureEmpty "picture_empty" 415 "The file is empty." "Le fichier est vide.";
    PictureUnsupported "picture_unsupported" 415 "This is not a picture we take. Use JPEG, PNG, WebP or GIF." "Ce n’est pas une image que nous acceptons. Utilisez JPEG, PNG, WebP ou GIF.";
    PictureTooBig "picture_too_big" 413 "The file is larger than 20\u{a0}MB." "Le fichier dépasse 20\u{202f}Mo.";
    PictureTooManyPixels "picture_too_many_pixels" 422 "The picture has more than 40 million pixels." "L’image compte plus de 40 millions de pixels.";
    PictureTooLong "picture_too_long" 422 "A side of the picture is longer than 16,000 pixels." "Un côté de l’image dépasse 16\u{202f}000 pixels.";
    PictureTooSmall "picture_too_small" 422 "The picture is too small: each side needs at least 50 pixels." "L’image est trop petite\u{a0}: chaque côté doit compter au moins 50 pixels.";
    PictureDamaged "picture_damaged" 422 "The picture is damaged or incomplete." "L’image est endommagée ou incomplète.";
    PictureTooComplex "picture_too_complex" 422 "The picture is built in a way that takes too long to read." "L’image est construite d’une façon trop longue à lire.";
    SourceBusy "source_busy" 409 "Something is being painted from this picture. Wait until it is done, or cancel it." "On peint en ce moment d’après cette image. Attendez la fin, ou annulez.";
    // Masks.
    MaskMissing "mask_missing" 422 "Repainting needs a mask: paint over what may change." "Repeindre demande un pochoir\u{a0}: couvrez ce qui peut changer.";
    MaskUnused "mask_unused" 422 "This way of painting takes no mask." "Cette façon de peindre ne prend pas de pochoir.";
    MaskNotPng "mask_not_png" 415 "A mask is a PNG picture." "Un masque est une image PNG.";
    MaskSize "mask_size" 422 "The mask must have exactly the size of the picture: {width}\u{a0}×\u{a0}{height} pixels." "Le masque doit avoir exactement la taille de l’image\u{a0}: {width}\u{a0}×\u{a0}{height} pixels.";
    MaskWithoutAlpha "mask_without_alpha" 422 "The mask has no transparency: transparent pixels say what may change." "Le masque n’a pas de transparence\u{a0}: les pixels transparents disent ce qui peut changer.";
    MaskEmpty "mask_empty" 422 "The mask has no hole: nothing could change." "Le masque n’a pas de trou\u{a0}: rien ne pourrait changer.";
    // After-care.
    RecomposeRefused "recompose_refused" 422 "Only what was repainted through a mask can be set in anew." "Seule une zone repeinte à travers un pochoir peut être reprise.";
    FeatherRefused "feather_refused" 422 "The feather is from 0 to 250 pixels." "Le contour progressif va de 0 à 250 pixels.";
    GrowRefused "grow_refused" 422 "The area grows or shrinks by at most 250 pixels." "La zone se dilate ou se contracte d’au plus 250 pixels.";
    HoleGone "hole_gone" 422 "Nothing of the repainted area would be left." "Il ne resterait rien de la zone repeinte.";
    MaskOutsideCrop "mask_outside_crop" 422 "The mask reaches beyond the part of the picture that was painted." "Le masque dépasse la partie de l’image qui a été peinte.";
    // Words.
    WishMissing "wish_missing" 422 "Say what should change, or pick a style." "Dites ce qui doit changer, ou choisissez un style.";
    WishTooLong "wish_too_long" 422 "The wish is longer than 4,000 characters." "La demande dépasse 4\u{202f}000 caractères.";
    NothingToPaint "nothing_to_paint" 422 "There is neither a description nor a wish to paint from." "Il n’y a ni description ni demande d’après quoi peindre.";
    PromptEmpty "prompt_empty" 422 "The output prompt is empty." "Le prompt de sortie est vide.";
    PromptTooLong "prompt_too_long" 422 "The output prompt is longer than 32,000 characters." "Le prompt de sortie dépasse 32\u{202f}000 caractères.";
    CaptionEmpty "caption_empty" 422 "The description is empty." "La description est vide.";
    FactsTooMany "facts_too_many" 422 "The description has too many facts, or one is too long." "La description compte trop d’éléments, ou l’un d’eux est trop long.";
    StyleUnknown "style_unknown" 422 "There is no such style." "Ce style n’existe pas.";
    // Orders.
    ModelUnknown "model_unknown" 422 "There is no model “{model}”." "Le modèle «\u{a0}{model}\u{a0}» n’existe pas.";
    ModelEnded "model_ended" 422 "“{model}” cannot be ordered any more: its end is {ends}. Use {successor} instead." "«\u{a0}{model}\u{a0}» ne se commande plus\u{a0}: sa fin est le {ends}. Utilisez {successor} à la place.";
    QualityRefused "quality_refused" 422 "This model does not paint at that quality." "Ce modèle ne peint pas à cette qualité.";
    SizeRefused "size_refused" 422 "This model does not paint that size: sides are multiples of {multiple}, at most {max_side} pixels and {ratio}:1, from {min_pixels} to {max_pixels} pixels in all." "Ce modèle ne peint pas cette taille\u{a0}: des côtés multiples de {multiple}, au plus {max_side} pixels et {ratio}:1, de {min_pixels} à {max_pixels} pixels en tout.";
    PartialsRefused "partials_refused" 422 "At most {max} unfinished pictures can be shown, and only while one picture is painted." "On peut montrer au plus {max} images inachevées, et seulement quand une seule image est peinte.";
    CountRefused "count_refused" 422 "This model paints from 1 to {max} pictures at once." "Ce modèle peint de 1 à {max} images à la fois.";
    FormatRefused "format_refused" 422 "This model does not return that format." "Ce modèle ne rend pas ce format.";
    ComplexityRefused "complexity_refused" 422 "This model’s planning cannot be chosen here." "La planification de ce modèle ne se choisit pas ici.";
    BackgroundRefused "background_refused" 422 "A transparent background needs a model that has it, PNG or WebP, and no stencil." "Un fond transparent demande un modèle qui le permet, PNG ou WebP, et pas de pochoir.";
    CompressionRefused "compression_refused" 422 "Compression is from 0 to 100\u{a0}%, for JPEG and WebP only." "La compression va de 0 à 100\u{202f}%, pour JPEG et WebP seulement.";
    ModerationRefused "moderation_refused" 422 "The safety filter can only be chosen where this model paints from words alone." "Le filtre de sécurité ne se choisit que là où ce modèle peint d’après des mots seuls.";
    ReferencesRefused "references_refused" 422 "Too many reference pictures for this model, or this way takes none." "Trop d’images de référence pour ce modèle, ou cette façon n’en prend pas.";
    StrategyRefused "strategy_refused" 422 "This strategy is not available for this order." "Cette stratégie n’est pas disponible pour cette commande.";
    DirectionsCount "directions_count" 422 "From one to four orders can be started at once." "On peut lancer d’une à quatre commandes à la fois.";
    DirectionsAlike "directions_alike" 422 "Two of these orders are the same." "Deux de ces commandes sont identiques.";
    IdempotencyKeyMissing "idempotency_key_missing" 400 "A start needs an idempotency key, so that it is never paid twice." "Un départ demande une clé d’idempotence, pour n’être jamais payé deux fois.";
    IdempotencyConflict "idempotency_conflict" 409 "This idempotency key was used for another order." "Cette clé d’idempotence a servi à une autre commande.";
    // Money.
    OverBudget "over_budget" 402 "The budget “{budget}” has {left} left; this would need {needed}. Nothing was spent." "Le budget «\u{a0}{budget}\u{a0}» a encore {left}\u{202f}; il faudrait {needed}. Rien n’a été dépensé.";
    GroupEnded "group_ended" 402 "The time of your group is over. Nothing was spent." "Le temps de votre groupe est écoulé. Rien n’a été dépensé.";
    // Jobs.
    JobNotCancellable "job_not_cancellable" 409 "This job is over already." "Cette tâche est déjà terminée.";
    JobNotRetryable "job_not_retryable" 409 "Only a job that failed, was cancelled or has an unknown outcome can be tried again." "Seule une tâche échouée, annulée ou d’issue inconnue peut être retentée.";
    GaveUp "gave_up" 503 "Preparing this order failed five times for a reason of ours. Nothing was spent; try it again later." "La préparation de cette commande a échoué cinq fois, de notre fait. Rien n’a été dépensé\u{202f}; réessayez plus tard.";
    // Shares.
    ShareItems "share_items" 422 "A share shows from 1 to 24 results, each once." "Un partage montre de 1 à 24 résultats, chacun une fois.";
    ShareTitleTooLong "share_title_too_long" 422 "The title is longer than 120 characters." "Le titre dépasse 120 caractères.";
    ShareExpired "share_expired" 422 "The expiry is in the past." "L’échéance est passée.";
    SharePassword "share_password" 422 "The password must have from 4 to 200 characters." "Le mot de passe doit compter de 4 à 200 caractères.";
    SharePasswordWrong "share_password_wrong" 403 "This is not the password." "Ce n’est pas le mot de passe.";
    // Providers.
    NotConfigured "not_configured" 503 "This function is not available here: its provider is not configured." "Cette fonction n’est pas disponible ici\u{a0}: son fournisseur n’est pas configuré.";
    ProviderRefused "provider_refused" 502 "The provider’s safety filter refused this order. It is not tried again." "Le filtre de sécurité du fournisseur a refusé cette commande. Elle n’est pas retentée.";
    ProviderInvalid "provider_invalid" 502 "The provider did not understand the order." "Le fournisseur n’a pas compris la commande.";
    ProviderKey "provider_key" 502 "The provider does not accept our key. The operator has to look at it." "Le fournisseur n’accepte pas notre clé. L’exploitant doit s’en occuper.";
    ProviderUnverified "provider_unverified" 502 "The provider wants the operator’s organisation to be verified before it paints (platform.openai.com, settings of the organisation)." "Le fournisseur veut que l’organisation de l’exploitant soit vérifiée avant de peindre (platform.openai.com, réglages de l’organisation).";
    ProviderModel "provider_model" 502 "The provider does not know this model, or it has ended." "Le fournisseur ne connaît pas ce modèle, ou il a pris fin.";
    ProviderRegion "provider_region" 502 "The provider’s region does not write captions. The operator has to choose another region." "La région du fournisseur n’écrit pas de légendes. L’exploitant doit en choisir une autre.";
    ProviderCredit "provider_credit" 502 "The provider’s account has no credit left. Nothing more is sent until the operator has looked at it." "Le compte du fournisseur n’a plus de crédit. Plus rien n’est envoyé tant que l’exploitant ne s’en est pas occupé.";
    ProviderBusy "provider_busy" 503 "The provider is overloaded right now. Nothing was spent." "Le fournisseur est surchargé en ce moment. Rien n’a été dépensé.";
    FreeMinute "free_minute" 503 "The free tier of the provider that describes takes 20 requests a minute, and they are used up. Try again in a minute. Nothing was spent." "L’offre gratuite du fournisseur qui décrit accepte 20 demandes par minute, et elles sont épuisées. Réessayez dans une minute. Rien n’a été dépensé.";
    FreeMonth "free_month" 503 "The free tier of the provider that describes is used up for this month; it begins again on the first of the next. Until then you can write the description yourself. Nothing was spent." "L’offre gratuite du fournisseur qui décrit est épuisée pour ce mois\u{202f}; elle recommence le premier du mois prochain. D’ici là, vous pouvez écrire la description vous-même. Rien n’a été dépensé.";
    ProviderUnreachable "provider_unreachable" 502 "The provider could not be reached. Nothing was spent." "Le fournisseur est injoignable. Rien n’a été dépensé.";
    ProviderBroken "provider_broken" 502 "The provider failed or sent an answer that could not be read. It may have charged for it, so the full amount is booked." "Le fournisseur a échoué ou envoyé une réponse illisible. Il a pu la facturer\u{a0}: le montant entier est débité.";
    OutcomeUnknown "outcome_unknown" 504 "The order was sent, but no answer came back. It may have been charged, so the full amount is booked. It is not sent again by itself." "La commande est partie, mais aucune réponse n’est revenue. Elle a pu être facturée\u{a0}: le montant entier est débité. Elle ne repart pas d’elle-même.";
    // Here.
    Busy "busy" 503 "Too much is going on here right now. Try again in a moment." "Il y a trop à faire ici en ce moment. Réessayez dans un instant.";
    StorageFull "storage_full" 507 "There is no room left to store pictures. The operator has to look at it." "Il n’y a plus de place pour les images. L’exploitant doit s’en occuper.";
    Unavailable "unavailable" 503 "Pictures or their data cannot be reached right now. Nothing is lost. Try again in a moment." "Les images ou leurs données sont injoignables en ce moment. Rien n’est perdu. Réessayez dans un instant.";
    Internal "internal" 500 "Something went wrong here. Nothing you made is lost." "Un problème est survenu ici. Rien de ce que vous avez fait n’est perdu.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::typography::{faults, places};

    #[test]
    fn sentences_keep_the_typography_of_their_language() {
        for code in ErrorCode::ALL {
            for lang in Lang::ALL {
                assert_eq!(
                    faults(lang, code.sentence(lang)),
                    Vec::<String>::new(),
                    "{}",
                    code.code()
                );
            }
            let places = Lang::ALL.map(|lang| places(code.sentence(lang)));
            assert_eq!(places[0], places[1], "{}", code.code());
        }
    }

    #[test]
    fn codes_read_back_and_carry_an_error_status() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_code(code.code()), Some(*code));
            assert!((400..600).contains(&code.status()), "{}", code.code());
        }
    }
}
