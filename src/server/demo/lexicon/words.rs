//! The words, as roots: a word matches a root when only an inflection follows it. Roots are folded (lower case, no
//! accents), several roots in one line are a phrase (little words between them do not count). A root that ends in `!`
//! takes nothing but a plural.
//!
//! To teach a word: a root in the line of its meaning.

use crate::server::demo::plan::{Backdrop, Mood, Style, Subject};

/// What a word or phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Style(Style),
    Mood(Mood),
    Subject(Subject),
    /// Another place.
    Backdrop(Backdrop),
    /// Something goes.
    Remove,
    /// Something becomes something else.
    Change,
    /// Something comes.
    Add,
    /// The part behind.
    Background,
    /// Out of focus.
    Blur,
}

/// A line of the table: what it means, the name it is told under, and phrases for it.
pub(super) struct Entry {
    pub meaning: Meaning,
    pub name: &'static str,
    /// Separated by commas.
    pub phrases: &'static str,
}

const fn entry(meaning: Meaning, name: &'static str, phrases: &'static str) -> Entry {
    Entry { meaning, name, phrases }
}

/// Every meaning with its words, English and French.
pub(super) const ENTRIES: &[Entry] = &[
    entry(
        Meaning::Style(Style::Woodblock),
        "woodblock",
        "woodblock print, woodblock, woodcut, wood block, wood print, ukiyo e, ukiyo, linocut, \
         japanese print, estampe japonais, estampe, estampis, gravure bois, xylograv, xylograph, linograv, \
         hokusai, hiroshige",
    ),
    entry(
        Meaning::Style(Style::Watercolour),
        "watercolour",
        "watercolour paint, watercolor paint, watercolour, watercolor, water colour, water color, aquarell, \
         peint eau, lavis couleur",
    ),
    entry(
        Meaning::Style(Style::Oil),
        "oil",
        "oil paint, oil canvas, peint huile, peintur huile, tableau huile, huile toile, oils!, oil, huil, \
         impasto, empat, impressionnis, impressionis, van gogh, monet!",
    ),
    entry(
        Meaning::Style(Style::Ink),
        "ink",
        "encre chine, ink draw, ink wash, ink paint, dessin encre, lavis, sumi e, encr, ink!, inked, inking, \
         calligraph",
    ),
    entry(
        Meaning::Style(Style::Pencil),
        "pencil",
        "pencil draw, pencil sketch, dessin crayon, mine plomb, mine graphit, crayon, pencil, graphit, \
         sketch, croquis, hachur, hatch",
    ),
    entry(
        Meaning::Style(Style::Charcoal),
        "charcoal",
        "charcoal draw, charcoal sketch, dessin fusain, charcoal, fusain, sanguine!",
    ),
    entry(
        Meaning::Style(Style::Pastel),
        "pastel",
        "pastel draw, pastel paint, chalk draw, dessin pastel, dessin craie, peint pastel, pastel, craie, chalk",
    ),
    entry(
        Meaning::Style(Style::Points),
        "pointillism",
        "pointill, points couleur, dots colour, neo impressionnis, neo impressionis, divisionnis, divisionis, seurat, signac",
    ),
    entry(
        Meaning::Style(Style::Comic),
        "comic",
        "comic book, comic strip, comic, bande dessine, bd!, cartoon, pop art, ligne clair, lichtenstein, graphic novel, \
         roman graphi",
    ),
    entry(
        Meaning::Style(Style::Glass),
        "stained glass",
        "stained glass, leaded glass, church window, vitrail!, vitraux!, verre couleur",
    ),
    entry(
        Meaning::Style(Style::Mosaic),
        "mosaic",
        "mosaic, mosaiqu, tesser, tessell",
    ),
    entry(
        Meaning::Style(Style::Pixels),
        "pixel art",
        "pixel art, art pixel, 8 bit, 16 bit, eight bit, pixel, pixelat, pixelis, jeu video retro, retro game",
    ),
    entry(
        Meaning::Style(Style::Engraving),
        "engraving",
        "copper plate, taille douce, eau forte, eaux fortes, pointe seche, gravure cuivre, engrav, etch, gravur",
    ),
    entry(
        Meaning::Style(Style::Cyanotype),
        "cyanotype",
        "cyanotyp, blueprint, blue print, sun print",
    ),
    entry(
        Meaning::Style(Style::Stencil),
        "stencil",
        "stencil, pochoir, graffiti, street art, art rue, screen print, silk screen, serigraph, spray paint, banksy",
    ),
    entry(
        Meaning::Mood(Mood::Dusk),
        "dusk",
        "coucher soleil, soleil couch, sun set, sunset, golden hour, heure dore, heure bleu, blue hour, \
         dusk, twilight, evening light, lumiere soir, fin journee, crepuscul, tombe nuit, evening, soir!, \
         soiree",
    ),
    entry(
        Meaning::Mood(Mood::Dawn),
        "dawn",
        "lever soleil, soleil lev, lever jour, sun rise, sunrise, dawn, daybreak, morning light, morning, \
         aube!, aurore!, petit matin, lumiere matin, matin!, matinal",
    ),
    entry(
        Meaning::Mood(Mood::Night),
        "night",
        "clair lune, moonlight, moonlit, starlight, starry, nuit!, noctambul, nocturn, night, midnight, \
         minuit!, etoil",
    ),
    entry(
        Meaning::Mood(Mood::Sepia),
        "sepia",
        "sepia, vieille photo, old photo, daguerreotyp",
    ),
    entry(
        Meaning::Mood(Mood::BlackAndWhite),
        "black and white",
        "black white, noir blanc, monochrom, grayscale, greyscale, niveau gris",
    ),
    entry(
        Meaning::Mood(Mood::Fog),
        "fog",
        "fog, mist!, misty, haze!, hazy, brouillard, brum, embrum",
    ),
    entry(
        Meaning::Mood(Mood::Snow),
        "snow",
        "snow, snowfall, snowflake, flocon, neig, enneig, winter, wintry, wintery, hiver!, hivernal, \
         blizzard",
    ),
    entry(
        Meaning::Mood(Mood::Rain),
        "rain",
        "rain, pluie!, pluvieu, pluvieus, pleu, pleuv, avers, drizzl, storm!, stormy, orag",
    ),
    entry(
        Meaning::Mood(Mood::Autumn),
        "autumn",
        "autumn, automn, autumnal, feuille morte, fallen leaves, in fall!",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Moon),
        "on the moon",
        "on moon!, sur lune!, moon surface, surface moon!, surface lune!, moon landscap, lunar landscap, paysage lunair, sol lunair, \
         lunar surfac",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Beach),
        "beach",
        "on beach, at beach, sur plage!, a plage!, by sea!, by ocean, at seaside, at seasid, bord mer!, bord ocean, \
         on sand!, sur sabl, beach background, plage fond",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Desert),
        "desert",
        "in desert, dans desert, in sahara, dans dunes!, among dunes!",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Mountains),
        "mountains",
        "in mountain, front mountain, a montagn, en montagn, dans montagn, devant montagn, in alps!, dans alpes!, \
         au sommet!, on summit!",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Forest),
        "forest",
        "in forest, in woods!, in jungl, en foret, dans foret, dans bois!, au bois!, dans jungl, en sous bois",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Meadow),
        "meadow",
        "in meadow, in field!, in garden, in flowers!, in grass!, dans pre!, dans champ!, dans prair, dans jardin, dans herb, \
         dans fleurs!, au jardin",
    ),
    entry(
        Meaning::Backdrop(Backdrop::City),
        "city",
        "in city, in town!, in street, in new york, in tokyo!, in paris!, en ville!, dans ville!, dans rue!, a paris!, a tokyo!, \
         a new york",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Clouds),
        "clouds",
        "in clouds!, above clouds!, dans nuag, sur nuag, dessus nuag",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Space),
        "space",
        "in space!, outer space!, in cosmos!, dans espac, espace intersidera, dans cosmos!, in galaxy!, dans galaxi, nebula, \
         nebuleus",
    ),
    entry(
        Meaning::Backdrop(Backdrop::Underwater),
        "under water",
        "under water!, underwater, under sea!, sous eau!, sous mer!, sous marin, fond mer!, fonds marins!",
    ),
    entry(
        Meaning::Remove,
        "remove",
        "get rid, take away, take out, faire disparait, fai disparait, remov, delet, eras, retir, retrait!, \
         effac, supprim, enlev, gomm, ote!, oter, otez, disparait, clean up",
    ),
    entry(
        Meaning::Change,
        "change",
        "replac, remplac, chang, turn, recolor, recolour, recolori, colori, repaint, repein, transform, \
         swap, become, deven, devien, make!, rend!, rends!, rendez, teint, dye!, dyed",
    ),
    entry(
        Meaning::Add,
        "add",
        "add, adds!, ajout, insert, put!, place!, placez, posez, mettre, mets!, mettez, draw!, dessin, paint!, peign",
    ),
    entry(
        Meaning::Background,
        "background",
        "arriere plan, background, backdrop, fond!, decor!, toile fond",
    ),
    entry(
        Meaning::Blur,
        "blur",
        "out focus, blur, blurr, flou!, floue!, flout, bokeh, defocus",
    ),
    entry(
        Meaning::Subject(Subject::Sea),
        "sea",
        "sea!, seasid, seascap, ocean, mer!, marin!, marine!, wave!, vagu, beach, plage!, coast, cote!, \
         littoral",
    ),
    entry(Meaning::Subject(Subject::Lake), "lake", "lake!, pond!, lac!, etang!"),
    entry(
        Meaning::Subject(Subject::River),
        "river",
        "river, stream!, rivier, fleuv, ruisseau, brook!",
    ),
    entry(
        Meaning::Subject(Subject::Mountain),
        "mountain",
        "mountain, montagn, peak!, summit!, sommet!, alp!, alpin, volcan, fuji!, mont!",
    ),
    entry(
        Meaning::Subject(Subject::Hill),
        "hill",
        "hill!, hilly, collin, valley, vallee!, countryside, campagn, landscap, paysage!",
    ),
    entry(
        Meaning::Subject(Subject::Desert),
        "desert",
        "desert, dune!, sand!, sabl",
    ),
    entry(
        Meaning::Subject(Subject::Forest),
        "forest",
        "forest, foret!, wood!, woods!, bois!, jungl",
    ),
    entry(
        Meaning::Subject(Subject::Tree),
        "tree",
        "tree!, arbr, pine!, pin!, sapin!, oak!, chene!, cherry blossom, cerisier, palm!, palmier",
    ),
    entry(
        Meaning::Subject(Subject::Field),
        "field",
        "field!, meadow, champ!, prair, pre!, grass, herb!, herbe!, lavend, wheat, ble!",
    ),
    entry(
        Meaning::Subject(Subject::Flower),
        "flower",
        "flower, fleur!, fleuri, bouquet, blossom, tulip, poppy, poppies, coquelicot, sunflower, tournesol, \
         garden, jardin",
    ),
    entry(
        Meaning::Subject(Subject::City),
        "city",
        "city, cities, town!, skyline, skyscraper, vill!, ville!, village, building, immeubl, gratte ciel, \
         paris!, tokyo!, new york",
    ),
    entry(
        Meaning::Subject(Subject::House),
        "house",
        "house!, cottage, cabin!, hut!, maison, cabane!, chaumier, chalet, farm!, ferme!",
    ),
    entry(
        Meaning::Subject(Subject::Road),
        "road",
        "road!, path!, rout!, route!, chemin!, street, rue!, sentier, trail!",
    ),
    entry(Meaning::Subject(Subject::Sky), "sky", "sky, skies, ciel!, cieux"),
    entry(Meaning::Subject(Subject::Cloud), "cloud", "cloud, nuag, nuee!"),
    entry(
        Meaning::Subject(Subject::Sun),
        "sun",
        "sun!, sunny, sunlight, sunlit, soleil, ensoleil",
    ),
    entry(Meaning::Subject(Subject::Moon), "moon", "moon!, lune!, lunair"),
    entry(Meaning::Subject(Subject::Star), "star", "star!, etoile!"),
    entry(
        Meaning::Subject(Subject::Boat),
        "boat",
        "sailboat, boat!, ship!, sail!, voilier, bateau, barqu, navir, canoe",
    ),
    entry(
        Meaning::Subject(Subject::Bird),
        "bird",
        "bird!, oiseau, gull!, seagull, mouett, crow!, corbeau, swallow!, hirondell",
    ),
    entry(
        Meaning::Subject(Subject::Balloon),
        "balloon",
        "hot air balloon, balloon, montgolfier, ballon!",
    ),
    entry(
        Meaning::Subject(Subject::Person),
        "person",
        "woman, women, man!, men!, girl, boy!, person!, people, face!, portrait!, child, children, lady, \
         ladies, femm, homm, fill!, fille!, garcon, personn, gens!, visag, enfant, dame!",
    ),
    entry(
        Meaning::Subject(Subject::Vase),
        "vase",
        "still life, nature morte, vase!, pot!, cup!, mug!, tass, bowl!, bol!, jug!, coffee, cafe!, tea!",
    ),
    entry(Meaning::Subject(Subject::Heart), "heart", "heart!, coeur!"),
];

/// Inflections that may follow a root.
pub(super) const ENDINGS: &str = "\
     s x es e ed d ing er ers y ies ish ly en n r ee ees ez ent aire aires ant ante antes ants ons ions ait aient \
     era erai eras erez eront erait ir is it i ie re eur eurs euse euses eux ure ures ique iques al ale aux ales \
     iste istes ism isme ist ists ation ations ment age ages eau eaux aise aises ais able ne ner nee nees nes se \
     ses te tes tre tree ted ting led ling ned ning ny ged ging ings or ors res u us ue ues";

/// Words that carry nothing to paint: little words of both languages, and the words prompts are joined with.
pub(super) const LITTLE: &str = "\
     a an the of in on at to as by with and or for from into onto over under off up out is are was were be been it \
     its this that these those there here his her their your my our he she they we you i me him them us who which \
     what where when while then than so but if not no without do does did has have had can could will would should \
     may please all any some each every more most very much many just only also too like such same other else one \
     two whole everything anything nothing rest unchanged keep keeps keeping kept stay stays leave exactly close \
     free freely let look looks show shows shown see seen picture pictures photo photograph photography image \
     images painting paint painted draw drawing drawn print style styled scene composition layout framing pose \
     poses faces likeness identity part parts area areas region regions hole mask masked inside outside surrounding \
     surroundings place placed original reference first second light lighting lit colour colours color colors tone \
     tones format square landscape panoramic tall bright dark even strong high low contrast large small big salient \
     vivid warm cool fine detail details detailed smooth left right top bottom upper lower centre center middle \
     side beautiful nice good quality new natural naturally match matching blend seamlessly instead about around \
     between behind front change changes add adds added put give set text letters words repaint fill filled \
     variation description contains containing visible s t d ll re ve don still composed positions position objects \
     object people person subject subjects shape shapes move moved things otherwise take le la les l un une des du \
     de au aux en dans sur sous par pour avec et ou est sont etre soit ce cet cette ces c son sa ses leur leurs mon \
     ma mes ton ta tes notre nos votre vos il elle ils elles nous vous je j tu moi lui y se qui que qu quoi dont ne \
     n pas sans ni plus moins tres trop tout tous toute toutes rien meme memes autre autres comme si mais puis donc \
     alors aussi seulement garder gardez garde gardant conserver conservez conserve laisser laissez reste restent \
     inchange inchangee inchanges intact intacte exactement photographie peindre peint peinte peinture dessin \
     dessine dessiner tableau cadrage visages ressemblance identite partie parties zone zones trou masque masquee \
     interieur exterieur autour entre derriere devant origine originale lumiere eclairage couleur couleurs teinte \
     teintes tons carre carree portrait paysage panoramique clair claire sombre lumineux lumineuse fort forte \
     contraste doux douce grand grande petit petite chaudes froides vives fins surfaces unies gauche droite haut \
     bas milieu cote beau belle beaux qualite nouveau nouvelle naturel naturelle naturellement lieu ajouter ajoutez \
     ajoute mettez donner donnez texte lettres mots repeindre repeignez remplir remplissez variante sera doit peut \
     faire faites fais fait facon maniere effet ambiance japonais japonaise japanese traditional traditionnel \
     traditionnelle sheet vu vue voici transformer transformez elements element personnes sujet formes forme objets \
     objet librement fidele voit respecter respectez rester proche uniquement retirer prolonger alentours entoure perspective \
     finish care celle premiere finir soin tel telle quel quelle egale contrastee";

/// Words between a verb of change and what something becomes.
pub(super) const BECOMES: &[&str] = &["by", "with", "into", "to", "for", "par", "avec", "en", "pour", "contre"];

/// Words after which the next meaning is not wanted.
pub(super) const NEGATIONS: &str = "\
     no without sans ni never jamais";
