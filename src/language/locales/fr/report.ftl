# Ce qui figure dans un rapport. Mêmes messages et mêmes variables que dans les autres langues.

## Nombres et jours

band = { $low } à { $high }
percent = { $number } %
and = { $one } et { $other }
period-days = du { $first } au { $last }
period-year = { $year }
period-h1 = janvier à juin { $year }
period-h2 = juillet à décembre { $year }
period-q1 = janvier à mars { $year }
period-q2 = avril à juin { $year }
period-q3 = juillet à septembre { $year }
period-q4 = octobre à décembre { $year }

## Cadre

title = Rapport de transparence, { $name }
title-of = { $publisher } : rapport de transparence, { $name }
version = {""}, version { $version }
warning-label = Avertissement.
warning-demonstration = Établi avec la clé publique de démonstration : n'importe qui peut retirer le bruit. Pour des essais seulement ; ne pas publier.
warning-exact = Aucun bruit n'a été ajouté : ce sont les tranches des nombres exacts. Elles ont été confrontées entre elles et aux rapports antérieurs, pour autant que le registre des rapports les connaisse.
scope = Demandes de données d'utilisateurs émanant d'autorités et reçues du { $first } au { $last }. Chaque nombre est donné par une tranche, bornes comprises{ $zeros ->
    [true] , sauf un 0 déclaré
   *[false] {""}
}.
restated = Version { $version } de ce rapport. Elle remplace la version { $earlier }. Motif : { $reason }.{ $noisy ->
    [true] {" "}Le bruit a été tiré de nouveau ; des nombres diffèrent donc aussi là où rien n'a été corrigé.
   *[false] {""}
}
left-out = Non compris : { $what }.
left-out-rows = lignes du journal qui n'ont pu être lues
published-on = Publié le { $day }.
in-short = En bref
how-made = Comment ces nombres ont été établis
provenance = Provenance
files = Fichiers

## En bref

short-total = { $title } : { $band } { $measure }{ $sum ->
    [true] , somme des lignes
   *[false] {" "}au total
}.
short-most = { $title } : le plus grand nombre de { $measure } pour { $keys }, { $band }.
short-withheld = { $count ->
    [one] { $title } : un nombre n'est pas publié ; le tableau dit lequel.
   *[other] { $title } : { $count } nombres ne sont pas publiés ; le tableau dit lesquels.
}

## Tableaux

heading-by = { $measures } par { $columns }
heading-all = ensemble : { $measures }
caption = { $heading }, { $period }, par tranches de { $size } (tableau { $table })
caption-dated = { $heading }, par tranches de { $size } (tableau { $table })
caption-bars = Une barre couvre sa tranche, sur une ligne allant de 0 à la tranche la plus haute du tableau.
measure-requests = demandes
measure-accounts = comptes
measure-orders = ordonnances
measure-selectors = sélecteurs
column-period = période
withheld = non publié
withheld-until = non publié avant le { $day }
withheld-cells = Ce qui est retenu a été compté, et n'est pas imprimé pour que d'autres nombres restent aussi cachés que leurs tranches le disent.
nothing-listed = Aucune valeur n'était assez fréquente pour figurer ici.

## Périodes antérieures

earlier-heading = { $heading } : périodes antérieures
earlier-caption = { $heading }, période par période (tableau { $table })
caption-course = Dans l'image, chaque barre verticale couvre la tranche d'une période, de gauche (la plus ancienne) à droite, de 0 en bas à la tranche la plus haute du tableau en haut.
earlier-measure = mesure
earlier-none = pas dans un rapport
earlier-other-length = Les rapports antérieurs sur des périodes plus longues ou plus courtes ne sont pas mis en regard.
earlier-bands-of = { $noisy ->
    [true] Pour { $periods }, ce sont les tranches de nombres bruités.
   *[false] Pour { $periods }, ce sont les tranches des nombres exacts, sans bruit.
}
earlier-noise = Du bruit ayant été ajouté, un nombre peut passer dans la tranche voisine sans que les demandes aient changé.

## Lois sur les demandes secrètes

law = Publié dans les conditions prévues par { $title }. { $what }{ $voluntary ->
    [true] {" "}Ce texte ne lie personne.
   *[false] {""}
}{ $read ->
    [true] {""}
   *[false] {" "}Toutes ses règles n'ont pas été lues ; ce qui vient de la pratique ou de mémoire est indiqué comme tel.
}
law-bands-exact = { $zeros ->
    [true] Hormis les zéros déclarés, ce sont les tranches des nombres exacts.
   *[false] Ce sont les tranches des nombres exacts.
}
law-bands-noisy = { $zeros ->
    [true] Hormis les zéros déclarés, ce sont des tranches de nombres bruités :
   *[false] Ce sont des tranches de nombres bruités :
} le bruit fait passer un nombre dans une autre tranche que la sienne avec une probabilité de { $average } en moyenne, et d'au plus { $edge } pour un nombre au bord de sa tranche.
law-zeros = L'éditeur déclare que, pour les jours où figure 0, aucune ordonnance de ce type n'a été reçue et aucun secret ne s'appliquait ; ce 0 est donc exact : { $keys }.
law-withheld = Retenu du { $first } au { $last } : { $keys }. Ces nombres ne peuvent être publiés avant le { $until }{ $paragraph } ; à leur place figure la dernière période dont la publication est permise.
law-raised = N'est plus secret le { $day } : { $what }. Pour ceux-ci, { $every ->
    [true] les bornes basses sont relevées de leur nombre
   *[false] la borne basse d'une première tranche est leur nombre
} ; les bornes hautes restent.
law-raised-one = { $count } { $measure } de { $key }
law-selectors = Les sélecteurs sont les identifiants que nomment les ordonnances, tels que des adresses et des noms de compte.

## Comment ces nombres ont été établis

bands-same = Les tranches commencent à 0 et ont partout une largeur de { $size }.
bands-by-table = Les tranches commencent à 0 et ont la même largeur dans un même tableau : { $sizes }.
bands-of-table = { $size } dans le tableau { $table }
no-noise = Aucun bruit n'a été ajouté : les tranches sont celles des nombres exacts.
noise-laplace = bruit de Laplace discret d'epsilon { $epsilon }
noise-gaussian = bruit gaussien discret de rho { $rho }
noise = Un bruit aléatoire a été ajouté à chaque nombre{ $zeros ->
    [true] , hormis les zéros déclarés,
   *[false] {""}
} avant sa mise en tranche ({ $kind } pour ce rapport{ $split ->
    [true] , réparti entre ses colonnes
   *[false] {""}
}) ; la tranche affichée peut donc être voisine de la tranche réelle.
zeros = Un 0 seul n'est pas une tranche et ne porte aucun bruit{ $noisy ->
    [true] , et ce qui est garanti concerne les autres nombres
   *[false] {""}
} : l'éditeur déclare qu'aucune ordonnance de ce type n'a été reçue et qu'aucun secret ne s'appliquait.
accuracy = Tableau { $table }, { $subject } : le bruit fait passer un nombre dans une autre tranche avec une probabilité de { $average } en moyenne, et d'au plus { $edge } pour un nombre au bord de sa tranche.
accuracy-total = total des { $measure }
selection = Les valeurs de { $columns } figurent ici si, comptées avec du bruit, elles concernent au moins { $threshold } { $unit ->
    [account] comptes
   *[request] demandes
}. Les autres ne figurent pas, et n'entrent dans aucun total.
bounds-declared = Le journal contenait des sommes et non des demandes une à une : qu'une demande figure dans une seule ligne d'un tableau et nomme au plus { $most } comptes a été déclaré, non imposé.
bounds-enforced = { $unit ->
    [account] Pour cette protection, un compte est compté dans au plus { $cells } des lignes d'un tableau, et avec au plus { $most } demandes dans chacune. Ce qui dépasse n'est pas compté : un nombre peut donc être inférieur au vrai là où un compte fait l'objet de nombreuses demandes
   *[request] Pour cette protection, une demande est comptée dans au plus { $cells } des lignes d'un tableau, et avec au plus { $most } comptes dans chacune. Ce qui dépasse n'est pas compté : un nombre peut donc être inférieur au vrai là où une demande vise de nombreux comptes
} ; les probabilités ci-dessus n'en tiennent pas compte.
no-duplicates = L'éditeur déclare que chaque ligne du journal est une demande à part entière : les répétitions n'ont pas été recherchées{ $noisy ->
    [true] , et une demande figurant sur deux lignes serait protégée comme deux
   *[false] {""}
}.
need-not-add-up = Les nombres de périodes et de tableaux différents ne s'additionnent pas forcément : chacun a son bruit et ses limites, et une demande peut figurer dans plusieurs lignes.
totals-exact = Un total additionne les lignes de son tableau : un compte présent dans deux lignes compte dans les deux.
totals-summed = Un total additionne les lignes de son tableau avant leur mise en tranche ; il porte donc plus de bruit que chacune d'elles. Un compte présent dans deux lignes compte dans les deux.
totals-measured = Un total a été compté avec un bruit propre, puis accordé avec les lignes de son tableau ; un compte présent dans deux lignes compte dans les deux.
totals-mixed = Les totaux s'accordent avec les lignes de leur tableau avant la mise en tranche ; certains ont été comptés pour cela avec un bruit propre. Un compte présent dans deux lignes compte dans les deux.
secret-in = Les ordonnances de sécurité nationale, pour autant que le journal dise lesquelles en sont, comptent dans le tableau { $table } et dans aucun autre.
secret-nowhere = Les ordonnances de sécurité nationale, pour autant que le journal dise lesquelles en sont, ne figurent dans aucun tableau.
secret-not-told = Le journal ne dit pas quelles demandes sont des ordonnances de sécurité nationale : elles sont comptées comme les autres.
rows-are-requests = Le journal ne contient pas d'identifiants de demandes : chaque ligne a été comptée comme une demande à part entière.

## Ce qui est garanti

guarantee-parameters = epsilon { $epsilon }{ $pure ->
    [true] {""}
   *[false] {" "}avec delta { $delta }
}{ $rho ->
    [none] {""}
   *[other] {" "}; zéro-concentrée, rho { $rho }
}
guarantee = Ce qui est garanti : ce rapport dit presque la même chose, { $unit ->
    [account] qu'un compte quelconque, avec toutes ses lignes,
   *[request] qu'une demande quelconque, avec toutes ses lignes,
} figure ou non dans le journal. Ce qu'il montre serait au plus { $times } fois plus probable avec { $unit ->
    [account] ce compte que sans lui
   *[request] cette demande que sans elle
}, et inversement{ $pure ->
    [true] {""}
   *[false] , à une probabilité de { $delta } près
}, même pour qui connaît toutes les autres lignes (confidentialité différentielle, { $parameters }). Cela vaut pour { $unit ->
    [account] un compte et pour ce rapport : plusieurs comptes ensemble, une personne ayant plusieurs comptes et un compte
   *[request] une demande et pour ce rapport : plusieurs demandes ensemble, une personne visée par plusieurs demandes et une demande
} dans plusieurs rapports sont moins protégés, car les pertes de protection s'additionnent. Ce qui vaut pour beaucoup de { $unit ->
    [account] comptes
   *[request] demandes
} ensemble n'est pas caché : le dire est le but du rapport. Le bruit provient d'une clé secrète par un procédé de chiffrement ; la garantie dure tant que la clé reste secrète.
without-limit = sans limite

## Provenance

made-by = Établi par hushcount { $version }.
policy-digest = Empreinte de la politique (SHA-256) : { $digest }.
ledger-entry = Inscription au grand livre des rapports : { $entry }.
key-name = Clé : { $key } (un nom qui ne dit rien de la clé).
