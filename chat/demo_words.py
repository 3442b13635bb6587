"""What the people of the demo say in its channels: (who, how many days ago, at what hour, what); day 0: minutes ago."""

from __future__ import annotations

Line = tuple[str, int, str, str]

SCRIPT = """Pour les repas j’ai fait un petit script, à relancer à chaque inscription :

```python
repas = {"adultes": 84, "enfants": 36}
PRIX = 6.50  # le devis du traiteur

total = sum(repas.values())
devis = f"{total} repas, soit {total * PRIX:.2f} €"
```"""

TOURNAMENT: tuple[Line, ...] = (
    ("mireille", 9, "18:12", "La mairie confirme les deux terrains du complexe Coubertin pour le **samedi 19 juin**. "
                             "Reste la buvette."),
    ("lucas", 9, "18:40", "Parfait. Pour la buvette il nous faut :\n\n- une tente\n- deux tables\n"
                          "- quelqu’un à la caisse"),
    ("mireille", 8, "9:05", "J’ai la tente du club. @lucas tu vois pour les tables ?"),
    ("lucas", 8, "12:31", "Le lycée nous en prête quatre, je passe les prendre la veille avec le minibus."),
    ("lucas", 4, "20:14", "Les photos de la finale de l’an dernier sont en ligne. Laquelle pour l’affiche ?"),
    ("mireille", 3, "17:50", SCRIPT),
    ("lucas", 3, "18:02", "Pratique. 780 € donc, ça passe dans le budget."),
    ("mireille", 1, "19:22", "Le traiteur demande le nombre de repas avant vendredi. On part sur 120 ?"),
    ("lucas", 1, "19:36", "Oui. @jacqueline, tu peux signer le devis ?"),
)  # fmt: skip
PHOTO_THREAD: tuple[Line, ...] = (
    ("mireille", 4, "20:31", "La 7, sans hésiter. On voit bien le public."),
    ("lucas", 4, "20:45", "La 7 alors, version bleue."),
)
QUESTION = "/poll “Quel repas pour les bénévoles ?” “Grillades” “Paella” “Buffet froid”"
TEAMS: tuple[Line, ...] = (
    ("", 5, "10:03", "**Nouvelle équipe** : Les Lynx de Mazamet, 9 joueurs. 11 équipes sur 16."),
    ("", 2, "21:47", "**Nouvelle équipe** : FC Lavaur, 10 joueurs. 12 équipes sur 16."),
)
ABOVE = "Mardi et jeudi, 18 h 30, au gymnase · clé chez **Mireille** · en cas de pluie, on se retrouve ici avant 17 h"
TRAINING: tuple[Line, ...] = (
    ("mireille", 6, "8:30", "Jeudi le gymnase est pris par le loto : entraînement à **19 h 30** au stade."),
    ("lucas", 6, "9:12", "Noté, je préviens les jeunes."),
    ("lucas", 1, "21:05", "Il me manque un gardien pour samedi. Quelqu’un ?"),
)
RIDES: tuple[Line, ...] = (
    ("lucas", 2, "18:20", "Castres samedi : départ 13 h devant la mairie. Le minibus a 9 places, il en reste 3."),
    ("mireille", 2, "18:55", "Je prends ma voiture, 3 places aussi."),
)
POSTERS: tuple[Line, ...] = (
    ("lucile", 6, "14:10", "Deux versions de l’affiche du tournoi sont prêtes. Voici la bleue."),
    ("noemie", 6, "15:02", "Elle se lit bien de loin. Il manque le logo de la mairie."),
    ("lucile", 1, "11:20", "C’est ajouté. @noemie bon pour impression ?"),
    ("noemie", 1, "11:48", "Bon pour impression. Je commande 50 exemplaires :tilleul:"),
)
TWINS: tuple[Line, ...] = (
    ("lucile", 5, "9:40", "Réponse de Stonehaven, notre ville jumelle :\n\n> We would love to come! Two mixed teams, "
                          "sixteen people in all. Could you help us find beds for the Friday night?"),
    ("noemie", 5, "10:15", "Je propose de répondre :\n\n> Wonderful news! Four families will put everyone up. "
                           "Friday dinner is on us; see you at the sports ground on Saturday at nine."),
    ("lucile", 5, "10:22", "Parfait, j’envoie. *See you in June!*"),
)  # fmt: skip
NEWS: tuple[Line, ...] = (
    ("lucile", 7, "8:00", "**Bienvenue.** Ici paraissent les annonces de l’association, et rien d’autre. "
                          "Pour discuter, chaque espace a ses salons."),
    ("lucile", 2, "8:15", "Le bulletin de décembre part lundi. Envoyez vos dates avant dimanche soir."),
)  # fmt: skip
BOARD: tuple[Line, ...] = (
    ("alain", 7, "18:05", "La subvention de la région est accordée : **4 500 €**."),
    ("jacqueline", 7, "18:09", "Bravo ! Je prépare le courrier de remerciement."),
    ("jacqueline", 3, "10:26", "Voici le brouillon. @alain, une relecture ?"),
    ("alain", 2, "9:14", "Relu : il manque juste la date de la convention."),
)  # fmt: skip
LETTER = """# Remerciement à la région

Madame la Présidente,

Le conseil d’administration des Tilleuls vous remercie de la subvention de **4 500 €**, qui paiera le matériel du
tournoi d’été.
"""
BETWEEN: tuple[Line, ...] = (
    ("jacqueline", 1, "16:40", "Peux-tu vérifier l’assurance pour la buvette ?"),
    ("alain", 0, "25", "Oui, j’appelle dans la matinée. Tu veux aussi le devis pour la tente ?"),
)
