"""The words of the generated articles, in both languages. They say nothing about Canada: they only have its length."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Pieces of sentences: "When, who does what where." and "What is how, because why." """

    when: tuple[str, ...]
    who: tuple[str, ...]
    does: tuple[str, ...]
    what: tuple[str, ...]
    where: tuple[str, ...]
    is_how: tuple[str, ...]
    why: tuple[str, ...]
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    summary: str
    question: str


ENGLISH = Words(
    when=(
        "Before you leave", "In your first week", "Once you have an address", "When the letter arrives",
        "Early in the month", "After the long weekend", "On a quiet morning", "While you wait",
        "As soon as classes start",
        "By the end of spring", "If nothing has come by then", "The day after you land",
    ),
    who=(
        "a careful reader", "your neighbour", "the clerk at the counter", "a friend who came earlier", "the landlord",
        "a student adviser", "the whole family", "a future colleague", "the person behind the desk", "your cousin",
        "the bank’s adviser", "a volunteer from the town",
    ),
    does=(
        "asks for", "keeps a copy of", "writes down the date of", "compares", "brings along", "checks twice",
        "explains", "puts aside", "looks up", "signs", "translates", "files away",
    ),
    what=(
        "the printed form", "two pieces of mail", "an old pay slip", "the lease", "a list of questions",
        "the school report", "the receipt", "a letter from work", "the family’s records", "a second quote",
        "the bus timetable", "the page with the number",
    ),
    where=(
        "at the town library", "near the bus station", "at the kitchen table", "in the waiting room", "by the harbour",
        "on the second floor", "in the same envelope", "at the front desk", "from the office next door",
        "at the community centre", "on the way home", "beside the post office",
    ),
    is_how=(
        "is easier to find than it sounds", "takes longer than planned", "costs nothing", "is worth the walk",
        "is often out of date", "has to be renewed", "can wait until winter", "is better done in person",
        "is where most people lose a day", "fits on one page",
    ),
    why=(
        "because the queue is short before noon", "because every office keeps its own copy",
        "because a photograph is not enough", "because names are spelled in more than one way",
        "because the first answer is rarely the last", "because the weather decides more than you think",
        "because somebody will ask for it again", "because a missing date sends everything back",
    ),
    titles=(
        "How to sort {what}", "What nobody tells you about {what}", "{what}, step by step", "Where to ask about {what}",
        "A calm way to handle {what}", "Seven questions about {what}", "Why {what} can wait", "{what}: what to bring",
    ),
    headings=("Start here", "What to bring", "Where to go", "What it takes", "What can go wrong", "When to ask again",
              "What comes next", "Keep this in mind"),
    summary="Generated text for load tests: {sentence}",
    question="What if {who} has lost {what}?",
)  # fmt: skip

FRENCH = Words(
    when=(
        "Avant le départ", "Dès la première semaine", "Une fois l’adresse connue", "Quand la lettre arrive",
        "Au début du mois", "Après la longue fin de semaine", "Un matin tranquille", "En attendant",
        "Dès la rentrée", "Avant la fin du printemps", "Si rien n’est arrivé d’ici là", "Le lendemain de l’arrivée",
    ),
    who=(
        "un lecteur attentif", "votre voisine", "la personne au comptoir", "une amie arrivée plus tôt",
        "le propriétaire",
        "une conseillère de l’école", "toute la famille", "un futur collègue", "la dame de l’accueil", "votre cousin",
        "le conseiller de la banque", "un bénévole du quartier",
    ),
    does=(
        "demande", "garde une copie de", "note la date de", "compare", "apporte", "vérifie deux fois", "explique",
        "met de côté", "cherche", "signe", "traduit", "classe",
    ),
    what=(
        "cette feuille imprimée", "chaque enveloppe reçue", "une ancienne fiche de paie", "la copie du bail",
        "une liste de questions", "chaque bulletin scolaire", "une preuve d’achat", "la lettre d’emploi",
        "chaque document de famille", "une deuxième soumission", "cette grille d’horaires", "la page avec le numéro",
    ),
    where=(
        "à la bibliothèque", "près de la gare", "à la table de la cuisine", "dans la salle d’attente", "près du port",
        "au deuxième étage", "dans la même enveloppe", "à la réception", "au bureau d’à côté",
        "au centre communautaire", "sur le chemin du retour", "à côté du bureau de poste",
    ),
    is_how=(
        "se trouve plus facilement qu’on ne croit", "prend plus de temps que prévu", "ne coûte rien",
        "vaut le déplacement", "date souvent d’une autre année", "doit être renouvelée", "peut attendre l’hiver",
        "se règle mieux sur place", "fait perdre une journée à bien des gens", "tient sur une page",
    ),
    why=(
        "parce que la file est courte avant midi", "parce que chaque bureau garde sa propre copie",
        "parce qu’une photo ne suffit pas", "parce que les noms s’écrivent de plusieurs façons",
        "parce que la première réponse est rarement la dernière", "parce que la météo décide plus qu’on ne pense",
        "parce que quelqu’un la demandera encore", "parce qu’une date manquante renvoie tout au départ",
    ),
    titles=(
        "Comment classer {what}", "Ce que personne ne dit sur {what}", "{what}, étape par étape",
        "À qui parler de {what}", "Une façon calme de gérer {what}", "Sept questions sur {what}",
        "Pourquoi {what} peut attendre", "{what} : quoi apporter",
    ),
    headings=("Par où commencer", "Quoi apporter", "Où aller", "Ce qu’il faut", "Ce qui peut mal tourner",
              "Quand redemander", "La suite", "À garder en tête"),
    summary="Texte produit pour les essais de charge : {sentence}",
    question="Et si {who} a perdu {what}?",
)  # fmt: skip

# Subjects that tags are made of, two at a time.
TAG_WORDS = (
    ("paper", "papier"), ("housing", "logement"), ("school", "école"), ("winter", "hiver"), ("phone", "téléphone"),
    ("bank", "banque"), ("travel", "voyage"), ("family", "famille"), ("job", "emploi"), ("town", "ville"),
    ("health", "santé"), ("language", "langue"), ("car", "voiture"), ("budget", "budget"), ("calendar", "calendrier"),
)  # fmt: skip
