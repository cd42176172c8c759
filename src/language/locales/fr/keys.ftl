# Mots pour les colonnes, pour les clés des listes intégrées, pour les lois et leurs catégories.

column-country = pays
column-legal_process = base légale
column-agency = autorité
column-data_location = lieu des données
column-data_scope = étendue des données
column-service = service
column-outcome = suite donnée
column-category = catégorie
column-nondisclosure = information interdite
column-secrecy_order = obligation de secret
column-secrecy_end = fin de l'obligation de secret
column-secrecy_length = durée de l'obligation de secret
column-customer_told = client informé

key-total = Total
key-other = Autres

key-legal_process-subpoena = Injonction de produire (subpoena)
key-legal_process-search_warrant = Mandat de perquisition
key-legal_process-court_order_2703d = Ordonnance judiciaire (18 U.S.C. § 2703(d))
key-legal_process-pen_register = Ordonnance de relevé des communications (pen register)
key-legal_process-wiretap = Ordonnance d'écoute
key-legal_process-emergency = Demande urgente
key-legal_process-preservation = Demande de conservation
key-legal_process-mlat = Demande d'entraide judiciaire
key-legal_process-civil = Demande civile

key-outcome-full = Données communiquées
key-outcome-partial = Données communiquées en partie
key-outcome-no_data = Aucune donnée
key-outcome-rejected = Rejetée
key-data_scope-content = Contenus
key-data_scope-non_content = Données autres que de contenu

key-secrecy_order-no = Sans obligation de secret
key-secrecy_order-yes = Avec obligation de secret
key-secrecy_end-ended = Terminée
key-secrecy_end-ends_later = Se termine plus tard
key-secrecy_end-no_end_date = Sans date de fin
key-secrecy_end-no_order = Sans obligation de secret
key-secrecy_length-no_end_date = Sans date de fin
key-secrecy_length-no_order = Sans obligation de secret
key-secrecy_length-over_1_year = Plus d'un an
key-secrecy_length-up_to_1_year = Jusqu'à un an
key-secrecy_length-up_to_90_days = Jusqu'à 90 jours
key-customer_told-no = Client non informé
key-customer_told-yes = Client informé

key-category-nsl = National Security Letters
key-category-fisa_content = Ordonnances et directives FISA portant sur des contenus
key-category-fisa_noncontent = Ordonnances FISA portant sur des données autres que de contenu
key-category-fisa_pen_register = Ordonnances FISA de relevé des communications
key-category-fisa_tangible_things = Ordonnances FISA de remise d'objets
key-category-fisa_call_detail_records = Ordonnances FISA portant sur des relevés d'appels
key-category-all = Toutes les ordonnances de sécurité nationale
key-category-content = Mandats portant sur des contenus
key-category-noncontent = Mandats portant sur des données autres que de contenu
key-category-emergency = En cas d'urgence
key-category-required_by_law = En application du droit fédéral ou provincial
key-category-court_ordered = Sur ordonnance d'un tribunal
key-category-preservation = Demandes et ordonnances de conservation

regime-us-1874-a1 = National Security Letters et ordonnances FISA par catégorie, chaque semestre, par tranches de 1000. Les sélecteurs FISA portant sur des données autres que de contenu sont séparés selon l'habilitation.
regime-us-1874-a2 = National Security Letters et ordonnances FISA par catégorie, chaque semestre, par tranches de 500.
regime-us-1874-a3 = Toutes les ordonnances de sécurité nationale ensemble, chaque semestre, par tranches de 250.
regime-us-1874-a4 = Toutes les ordonnances de sécurité nationale ensemble, une fois par an, par tranches de 100.
regime-us-doj-2014-1 = National Security Letters et ordonnances FISA par catégorie, chaque semestre, par tranches de 1000. Remplacé par 50 U.S.C. § 1874 le 2 juin 2015.
regime-us-doj-2014-2 = Toutes les ordonnances de sécurité nationale ensemble, chaque semestre, par tranches de 250. Remplacé par 50 U.S.C. § 1874 le 2 juin 2015.
regime-uk-si-2018-349 = Mandats et utilisateurs, contenus et autres, chaque semestre, par tranches de 500. Le texte des règles 4 à 10 n'a pas été vu : ainsi font les rapports publiés.
regime-ca-2015 = Demandes et comptes par type de communication, pour tout le Canada. Les nombres de 0 à 100 figurent comme une seule tranche ; hushcount donne tous les nombres par tranches d'au moins 101. Quelle base légale relève de quel type est la lecture de hushcount ; les communications volontaires n'y sont pas. N'y mettre que des demandes canadiennes.
regime-au-317zf = Les nombres totaux de demandes d'assistance technique, d'avis d'assistance technique et d'avis de capacité technique, sur au moins six mois : totaux exacts.
regime-eu-dsa-15 = Injonctions des autorités des États membres par catégorie de contenu illicite et par État membre : nombres entiers exacts et médianes.
regime-agreed = Comme { $base }, sauf ce qui a été convenu.
