//! Texts of the studio and of the mask editor.

crate::texts! {
    /// The studio page.
    pub struct Studio {
        title: "Studio", "Atelier";
        working: "Working…", "En cours…";
        saved: "Saved.", "Enregistré.";
        save: "Save", "Enregistrer";
        cancel: "Cancel", "Annuler";

        // The picture.
        picture: "Picture and stencil", "Image et pochoir";
        picture_alt: "Your picture", "Votre image";
        came: "Your picture, {size} pixels.", "Votre image, {size} pixels.";
        removed_gps: "Location and camera data were removed.", "Le lieu et les données de l’appareil ont été retirés.";
        removed_exif: "Camera data was removed.", "Les données de l’appareil ont été retirées.";
        removed_other: "Hidden data was removed.", "Les données cachées ont été retirées.";

        // Seen.
        seen: "Seen", "Vu";
        own_words: "your own words", "vos propres mots";
        not_described: "Nobody has looked at this picture yet. A description helps to say what stays and what changes; it is not needed.", "Personne n’a encore regardé cette image. Une description aide à dire ce qui reste et ce qui change\u{202f}; elle n’est pas obligatoire.";
        no_describer: "Describing is not available here: no vision provider is configured.", "La description n’est pas disponible ici\u{a0}: aucun fournisseur de vision n’est configuré.";
        older_caption: "Captions are not offered in the provider’s region: an older version of its service wrote this one.", "Les légendes ne sont pas proposées dans la région du fournisseur\u{a0}: une version plus ancienne de son service a écrit celle-ci.";
        no_caption_in_region: "Captions are not offered in the provider’s region, and the older version of its service gave none either: single words and things are named instead.", "Les légendes ne sont pas proposées dans la région du fournisseur, et la version plus ancienne de son service n’en a pas donné non plus\u{a0}: des mots et des objets sont nommés à la place.";
        no_caption: "The provider left the caption out: single words and things are named instead.", "Le fournisseur n’a pas donné de légende\u{a0}: des mots et des objets sont nommés à la place.";
        cut_short: "The provider broke off before the end: some of what it saw may be missing.", "Le fournisseur s’est arrêté avant la fin\u{a0}: il manque peut-être une partie de ce qu’il a vu.";
        described_facts: "Seen, without a caption.", "Vu, sans légende.";
        describe: "Describe · about {price}", "Décrire · environ {price}";
        describing: "Looking at the picture…", "L’image est regardée…";
        described: "Seen: {caption}", "Vu\u{a0}: {caption}";
        write_yourself: "Write it yourself", "L’écrire vous-même";
        edit_caption: "Edit the description", "Modifier la description";
        caption_label: "What the picture shows", "Ce que montre l’image";
        sure: "{percent} sure", "sûr à {percent}";
        unsure: "{percent} · unsure, check this", "{percent} · peu sûr, à vérifier";
        in_english: "in English", "en anglais";
        in_french: "in French", "en français";
        facts_hint: "Press an item to keep, change or drop it.", "Appuyez sur un élément pour le garder, le changer ou le retirer.";
        stance_keep: "keep", "garder";
        stance_change: "change", "changer";
        stance_drop: "drop", "retirer";
        show_all: "Show all {count}", "Tout montrer ({count})";
        fewer: "Show fewer", "En montrer moins";
        look_closer: "Look closer · {price}", "Regarder de plus près · {price}";

        // Wished.
        wished: "Wished", "Voulu";
        wish_label: "What should change", "Ce qui doit changer";
        wish_needed: "Say what should change, or pick a style.", "Dites ce qui doit changer, ou choisissez un style.";
        wish_over: "{count} characters too many.", "{count} caractères de trop.";
        intent: "What do you want to do?", "Que voulez-vous faire\u{202f}?";
        intent_style: "Style", "Style";
        intent_background: "Background", "Décor";
        intent_remove: "Remove", "Retirer";
        intent_replace: "Replace", "Remplacer";
        intent_add: "Add", "Ajouter";
        example: "For example: {words}", "Par exemple\u{a0}: {words}";
        hint_any: "as a Japanese woodblock print, at dusk", "en estampe japonaise, au crépuscule";
        hint_style: "as a Japanese woodblock print, at dusk", "en estampe japonaise, au crépuscule";
        hint_background: "on a marble table, in the morning light", "sur une table de marbre, lumière du matin";
        hint_remove: "the person behind on the left", "la personne au fond à gauche";
        hint_replace: "the phone by a book", "le téléphone par un livre";
        hint_add: "a cat asleep on the armchair", "un chat endormi sur le fauteuil";
        styles: "Style", "Style";
        style_none: "None", "Aucun";
        likeness: "Likeness", "Ressemblance";
        likeness_close: "stay close", "rester proche";
        likeness_free: "free", "libre";

        // Directions.
        directions: "Directions", "Pistes";
        directions_hint: "Several styles or wishes of the same picture at once, up to four, for one price.", "Plusieurs styles ou demandes pour la même image à la fois, jusqu’à quatre, pour un seul prix.";
        directions_begin: "Set this aside as direction A", "Mettre de côté comme piste A";
        direction_add: "Add this as direction {letter}", "Ajouter comme piste {letter}";
        direction_drop: "Remove direction {letter}", "Retirer la piste {letter}";
        said_direction: "Set aside as direction {letter}.", "Mise de côté comme piste {letter}.";
        directions_counted: "direction|directions", "piste|pistes|de pistes";
        paint_directions: "Paint {count}", "Peindre {count}";
        share_directions: "Share {letters} as a set", "Partager {letters} ensemble";

        // Output prompt.
        output_prompt: "Output prompt", "Prompt de sortie";
        linked: "linked · editable", "lié · modifiable";
        unlinked: "on its own · editable", "détaché · modifiable";
        relink: "Link again", "Relier";
        refine: "Refine · at most {price}", "Affiner · au plus {price}";
        refine_plain: "Refine", "Affiner";
        refine_hint: "A text model writes the prompt anew, richer in light, material and composition. What stands there now is one click away.", "Un modèle de texte réécrit le prompt, plus riche en lumière, matière et composition. Celui d’avant reste à un clic.";
        refining: "Refining…", "Affinage en cours…";
        refined: "Written by {who} ({model}) for {price}.", "Écrit par {who} ({model}) pour {price}.";
        refined_before: "Written by {who} ({model}); you had paid {price} for it before.", "Écrit par {who} ({model})\u{202f}; vous l’aviez déjà payé {price}.";
        refined_said: "The prompt was written anew.", "Le prompt a été réécrit.";
        refine_undo: "Undo", "Annuler";
        refine_undone: "The former prompt is back.", "Le prompt d’avant est revenu.";
        half_wished: "wished", "voulu";
        half_seen: "seen", "vu";
        prompt_language: "Language of the prompt", "Langue du prompt";
        prompt_in_english: "in English", "en anglais";
        prompt_in_french: "in French", "en français";
        prompt_needs_wish: "The prompt appears as soon as you say what should change, or pick a style.", "Le prompt apparaît dès que vous dites ce qui doit changer, ou choisissez un style.";
        prompt_needs_anything: "Describe the picture or say what you wish: one of the two is enough.", "Décrivez l’image ou dites ce que vous voulez\u{a0}: l’un des deux suffit.";
        prompt_over: "{count} characters too many.", "{count} caractères de trop.";
        copy: "Copy", "Copier";
        copied: "Copied", "Copié";
        not_copied: "Copying is not allowed here: select the text instead.", "La copie n’est pas permise ici\u{a0}: sélectionnez le texte.";

        // How.
        how: "How it is painted", "Comment c’est peint";
        effort: "Effort", "Soin";
        effort_draft: "Draft", "Esquisse";
        effort_standard: "Standard", "Normale";
        effort_final: "Final", "Finale";
        effort_price: "{effort}: {price}", "{effort}\u{a0}: {price}";
        settings: "Settings", "Réglages";
        way: "Way", "Façon";
        way_restyle: "Transform the picture", "Transformer l’image";
        way_restyle_hint: "the picture goes along as a reference", "l’image est envoyée comme référence";
        way_repaint: "Repaint the zone", "Repeindre la zone";
        way_repaint_hint: "only what you cover; the rest stays, pixel by pixel", "seulement ce que vous couvrez\u{202f}; le reste ne bouge pas d’un pixel";
        way_reimagine: "From text only", "D’après le texte seul";
        way_reimagine_hint: "no picture is sent; the cheapest", "aucune image n’est envoyée\u{202f}; le moins cher";
        model: "Model", "Modèle";
        model_until: "{model} (until {date})", "{model} (jusqu’au {date})";
        quality: "Quality", "Qualité";
        size: "Size", "Taille";
        count: "Pictures", "Images";
        format: "Format", "Format";
        partials: "Shown while painted", "Montré pendant la peinture";
        partials_none: "nothing", "rien";
        pictures: "picture|pictures", "image|images|d’images";
        about_pixels: "about {pixels} Mpx", "environ {pixels} Mpx";
        back_to_preset: "Back to the preset", "Revenir aux réglages proposés";

        // Price.
        paint: "Paint", "Peindre";
        starting: "Starting…", "Départ…";
        about: "about {price}", "environ {price}";
        at_most: "at most {price}", "au plus {price}";
        over_cap: "Over the budget “{budget}”", "Au-delà du budget «\u{a0}{budget}\u{a0}»";
        budget_day: "all of today", "tous, aujourd’hui";
        budget_month: "all of this month", "tous, ce mois-ci";
        budget_visitor: "yours today", "le vôtre aujourd’hui";
        budget_group: "your group’s", "celui de votre groupe";
        half_used: "Half of the budget “{budget}” is used up: {amount} left.", "La moitié du budget «\u{a0}{budget}\u{a0}» est épuisée\u{a0}: reste {amount}.";
        little_left: "Little is left of the budget “{budget}”: {amount}.", "Il reste peu du budget «\u{a0}{budget}\u{a0}»\u{a0}: {amount}.";
        nothing_left: "Nothing is left of the budget “{budget}”.", "Il ne reste rien du budget «\u{a0}{budget}\u{a0}».";
        group_over: "The time of your group is over: nothing more can be painted in it.", "Le temps de votre groupe est écoulé\u{a0}: plus rien ne peut y être peint.";
        left_today: "{amount} left today", "reste {amount} aujourd’hui";
        left_demo: "{amount} of play money left today", "reste {amount} fictifs aujourd’hui";
        left: "{amount} left", "reste {amount}";
        no_cap: "no cap", "sans plafond";
        no_painter: "Painting is not available here: no provider is configured.", "La peinture n’est pas disponible ici\u{a0}: aucun fournisseur n’est configuré.";
        price_details: "Price in detail", "Détail du prix";
        price_caption: "At most, line by line; then what is left", "Au plus, ligne par ligne\u{202f}; puis ce qui reste";
        price_unknown: "The price appears once there is a prompt.", "Le prix apparaît dès qu’il y a un prompt.";
        line_text: "The prompt", "Le prompt";
        line_reference: "The picture, sent along", "L’image envoyée";
        line_mask: "The mask", "Le masque";
        line_partials: "Unfinished pictures", "Images inachevées";
        line_painted: "The painted picture", "L’image peinte";
        line_raised: "Added, since the provider charged more than expected before", "Ajouté, car le fournisseur a déjà facturé plus que prévu";
        sent_sizes: "Sent: {reference}. Painted: {size}.", "Envoyé\u{a0}: {reference}. Peint\u{a0}: {size}.";
        painted_before: "You have painted exactly this before. Nothing was spent.", "Vous avez déjà peint exactement cela. Rien n’a été dépensé.";
        painted_before_alt: "The result from before", "Le résultat d’alors";
        show_it: "Show it", "Le montrer";
        paint_again: "Paint again · {price}", "Peindre encore · {price}";
        leave_it: "Leave it", "Laisser";

        see_progress: "See it", "Voir";
        see_result: "See the variation", "Voir la variante";

        // Results.
        results: "Results", "Résultats";
        no_results: "Your variations will stand here.", "Vos variantes viendront ici.";
        result_name: "{way}, {model}, {price}", "{way}, {model}, {price}";
        look_again: "Look again", "Regarder à nouveau";
        started: "In the queue.", "Dans la file.";
        said_painting: "Painting has begun.", "La peinture a commencé.";
        said_done: "The variation is there.", "La variante est là.";
        said_failed: "No variation: {reason}", "Pas de variante\u{a0}: {reason}";
        state_queued: "In the queue", "Dans la file";
        state_running: "Painting", "Peinture en cours";
        state_finishing: "Finishing", "Finitions";
        state_failed: "It did not work out", "Cela n’a pas abouti";
        state_cancelled: "Cancelled", "Annulée";
        state_unknown: "Outcome unknown", "Issue inconnue";
        nothing_spent: "Nothing was spent.", "Rien n’a été dépensé.";
        was_spent: "{price} were booked.", "{price} ont été débités.";
        cancel_job: "Cancel", "Annuler";
        cancel_hint: "In the queue it costs nothing; once it was sent, the provider may charge it.", "Dans la file, cela ne coûte rien\u{202f}; une fois la commande envoyée, le fournisseur peut la facturer.";
        cancel_saved: "It had not been sent: {amount} are released, nothing is spent.", "La commande n’était pas partie\u{a0}: {amount} sont rendus, rien n’est dépensé.";
        cancel_too_late: "It had been sent already, so it is charged, about {price}. What it gives is kept.", "La commande était déjà partie\u{a0}: elle est facturée, environ {price}. Ce qu’elle donne est conservé.";
        model_ended_offer: "Try again with {model} · about {price}", "Réessayer avec {model} · environ {price}";
        finish: "Finish", "Mettre au net";
        finish_price: "Finish · {price}", "Mettre au net · {price}";
        finish_hint: "The draft goes along as the first picture: its composition stays, and it is painted in high quality.", "L’esquisse est envoyée comme première image\u{a0}: sa composition reste, et elle est peinte en haute qualité.";
        again_high: "Paint again in high quality · {price}", "Repeindre en haute qualité · {price}";
        again_high_hint: "The same order at high quality. The models have no memory of what they painted: it will be another picture.", "La même commande en haute qualité. Les modèles ne gardent aucun souvenir de ce qu’ils ont peint\u{a0}: ce sera une autre image.";
        try_again: "Try again", "Réessayer";
        hide_job: "Hide", "Masquer";

        // Mask editor.
        tools: "Stencil", "Pochoir";
        tool_brush: "Brush (B)", "Pinceau (B)";
        tool_eraser: "Eraser (E)", "Gomme (E)";
        tool_undo: "Undo (Ctrl+Z)", "Annuler (Ctrl+Z)";
        tool_redo: "Redo (Ctrl+Shift+Z)", "Rétablir (Ctrl+Maj+Z)";
        tool_invert: "Invert (Shift+I)", "Intervertir (Maj+I)";
        tool_clear: "Clear (Shift+C)", "Tout effacer (Maj+C)";
        brush_size: "Size", "Taille";
        brush_pixels: "{pixels} px", "{pixels} px";
        canvas: "Stencil over the picture", "Pochoir sur l’image";
        canvas_help: "With a tool in hand: arrows move the cross-hair, Shift and Ctrl in larger steps, Enter stamps. The keys [ and ] change the size.", "Un outil en main\u{a0}: les flèches déplacent la mire, avec Maj ou Ctrl par plus grands pas, Entrée applique. Les touches [ et ] changent la taille.";
        legend: "Coloured = will be repainted · {percent} of the picture", "En couleur\u{a0}: ce qui sera repeint · {percent} de l’image";
        legend_begin: "Cover what may change. The rest stays as it is.", "Couvrez ce qui peut changer. Le reste ne bouge pas.";
        legend_everything: "Coloured = will be repainted · the whole picture", "En couleur\u{a0}: ce qui sera repeint · toute l’image";
        legend_unused: "The stencil is set aside: the way chosen repaints everything.", "Le pochoir est mis de côté\u{a0}: la façon choisie repeint tout.";
        said_covers: "The stencil covers {percent}, {place}.", "Le pochoir couvre {percent}, {place}.";
        said_no_hole: "The stencil covers nothing.", "Le pochoir ne couvre rien.";
        upper_left: "upper left", "en haut à gauche";
        upper_middle: "at the top", "en haut";
        upper_right: "upper right", "en haut à droite";
        middle_left: "on the left", "à gauche";
        middle: "in the middle", "au milieu";
        middle_right: "on the right", "à droite";
        lower_left: "lower left", "en bas à gauche";
        lower_middle: "at the bottom", "en bas";
        lower_right: "lower right", "en bas à droite";
    }
}
