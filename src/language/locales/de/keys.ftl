# Wörter für Spalten, für die Schlüssel eingebauter Listen, für Gesetze und ihre Arten von Anordnungen.

column-country = Land
column-legal_process = Rechtsgrundlage
column-agency = Behörde
column-data_location = Ort der Daten
column-data_scope = Umfang der Daten
column-service = Dienst
column-outcome = Ergebnis
column-category = Art
column-nondisclosure = Mitteilung verboten
column-secrecy_order = Geheimhaltungsanordnung
column-secrecy_end = Ende der Geheimhaltungsanordnung
column-secrecy_length = Dauer der Geheimhaltungsanordnung
column-customer_told = Kunde unterrichtet

key-total = Summe
key-other = Andere

key-legal_process-subpoena = Herausgabeverfügung (subpoena)
key-legal_process-search_warrant = Durchsuchungsbeschluss
key-legal_process-court_order_2703d = Gerichtliche Anordnung (18 U.S.C. § 2703(d))
key-legal_process-pen_register = Anordnung zur Erfassung von Verbindungsdaten (pen register)
key-legal_process-wiretap = Abhöranordnung
key-legal_process-emergency = Eilanfrage
key-legal_process-preservation = Sicherungsersuchen
key-legal_process-mlat = Rechtshilfeersuchen
key-legal_process-civil = Zivilrechtliche Anfrage

key-outcome-full = Daten wurden herausgegeben
key-outcome-partial = Daten wurden teilweise herausgegeben
key-outcome-no_data = Keine Daten vorhanden
key-outcome-rejected = Abgelehnt
key-data_scope-content = Inhalte
key-data_scope-non_content = Andere Daten als Inhalte

key-secrecy_order-no = Keine Geheimhaltungsanordnung
key-secrecy_order-yes = Mit Geheimhaltungsanordnung
key-secrecy_end-ended = Beendet
key-secrecy_end-ends_later = Endet später
key-secrecy_end-no_end_date = Ohne Enddatum
key-secrecy_end-no_order = Keine Geheimhaltungsanordnung
key-secrecy_length-no_end_date = Ohne Enddatum
key-secrecy_length-no_order = Keine Geheimhaltungsanordnung
key-secrecy_length-over_1_year = Mehr als 1 Jahr
key-secrecy_length-up_to_1_year = Bis 1 Jahr
key-secrecy_length-up_to_90_days = Bis 90 Tage
key-customer_told-no = Kunde nicht unterrichtet
key-customer_told-yes = Kunde unterrichtet

key-category-nsl = National Security Letters
key-category-fisa_content = FISA-Anordnungen und -Weisungen zur Herausgabe von Inhalten
key-category-fisa_noncontent = FISA-Anordnungen zur Herausgabe anderer Daten als Inhalte
key-category-fisa_pen_register = FISA-Anordnungen zur Erfassung von Verbindungsdaten
key-category-fisa_tangible_things = FISA-Anordnungen zur Herausgabe von Sachen
key-category-fisa_call_detail_records = FISA-Anordnungen zu Einzelverbindungsdaten
key-category-all = Alle Anordnungen zur nationalen Sicherheit
key-category-content = Anordnungen zu Inhalten
key-category-noncontent = Anordnungen zu anderem als Inhalten
key-category-emergency = In Notfällen
key-category-required_by_law = Nach Bundes- oder Provinzrecht
key-category-court_ordered = Gerichtlich angeordnet
key-category-preservation = Sicherungsverlangen und -anordnungen

regime-us-1874-a1 = National Security Letters und FISA-Anordnungen nach Art, halbjährlich, in Bereichen von 1000. FISA-Selektoren zu anderem als Inhalten sind nach Befugnis getrennt.
regime-us-1874-a2 = National Security Letters und FISA-Anordnungen nach Art, halbjährlich, in Bereichen von 500.
regime-us-1874-a3 = Alle Anordnungen zur nationalen Sicherheit zusammen, halbjährlich, in Bereichen von 250.
regime-us-1874-a4 = Alle Anordnungen zur nationalen Sicherheit zusammen, einmal im Jahr, in Bereichen von 100.
regime-us-doj-2014-1 = National Security Letters und FISA-Anordnungen nach Art, halbjährlich, in Bereichen von 1000. Am 2. Juni 2015 durch 50 U.S.C. § 1874 ersetzt.
regime-us-doj-2014-2 = Alle Anordnungen zur nationalen Sicherheit zusammen, halbjährlich, in Bereichen von 250. Am 2. Juni 2015 durch 50 U.S.C. § 1874 ersetzt.
regime-uk-si-2018-349 = Anordnungen und Nutzer nach Inhalten und anderem, halbjährlich, in Bereichen von 500. Der Wortlaut der Regeln 4 bis 10 lag nicht vor: So halten es veröffentlichte Berichte.
regime-ca-2015 = Anfragen und Konten nach Art der Offenlegung, kanadaweit. Zahlen von 0 bis 100 werden als ein Bereich gezeigt; hushcount zeigt alle Zahlen in Bereichen von mindestens 101. Welche Rechtsgrundlage zu welcher Art gehört, ist die Lesart von hushcount; freiwillige Offenlegungen sind nicht darunter. Nur kanadische Anfragen eingeben.
regime-au-317zf = Die Gesamtzahlen der Ersuchen um technische Hilfe, der Bescheide über technische Hilfe und der Bescheide über technische Fähigkeiten, über mindestens sechs Monate: genaue Summen.
regime-eu-dsa-15 = Anordnungen von Behörden der Mitgliedstaaten nach Art der rechtswidrigen Inhalte und Mitgliedstaat: genaue ganze Zahlen und Mediane.
regime-agreed = Wie { $base }, mit Ausnahme dessen, was vereinbart wurde.
