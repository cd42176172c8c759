# Was in einem Bericht steht. Gleiche Meldungen mit gleichen Angaben wie in den anderen Sprachen.

## Zahlen und Tage

band = { $low } bis { $high }
percent = { $number } %
and = { $one } und { $other }
period-days = { $first } bis { $last }
period-year = { $year }
period-h1 = Januar bis Juni { $year }
period-h2 = Juli bis Dezember { $year }
period-q1 = Januar bis März { $year }
period-q2 = April bis Juni { $year }
period-q3 = Juli bis September { $year }
period-q4 = Oktober bis Dezember { $year }

## Rahmen

title = Transparenzbericht, { $name }
title-of = { $publisher }: Transparenzbericht, { $name }
version = {""}, Fassung { $version }
warning-label = Warnung.
warning-demonstration = Mit dem öffentlichen Vorführschlüssel erstellt: Jeder kann das Rauschen wieder abziehen. Nur zum Ausprobieren; nicht veröffentlichen.
warning-exact = Es wurde kein Rauschen hinzugefügt: Dies sind die Bereiche der genauen Zahlen. Sie wurden gegeneinander und gegen frühere Berichte geprüft, soweit das Verzeichnis der Berichte sie kennt.
scope = Behördliche Anfragen nach Nutzerdaten, eingegangen vom { $first } bis zum { $last }. Jede Zahl ist als Bereich angegeben, beide Enden eingeschlossen{ $zeros ->
    [true] , ausgenommen eine erklärte 0
   *[false] {""}
}.
restated = Fassung { $version } dieses Berichts. Sie ersetzt Fassung { $earlier }. Grund: { $reason }.{ $noisy ->
    [true] {" "}Das Rauschen wurde neu gezogen; Zahlen weichen daher auch dort ab, wo nichts berichtigt wurde.
   *[false] {""}
}
left-out = Nicht enthalten: { $what }.
left-out-rows = Zeilen des Protokolls, die nicht gelesen werden konnten
published-on = Veröffentlicht am { $day }.
in-short = In Kürze
how-made = Wie diese Zahlen entstanden sind
provenance = Herkunft
files = Dateien

## In Kürze

short-total = { $title }: { $sum ->
    [true] Summe der Zeilen
   *[false] insgesamt
} { $band } { $measure }.
short-most = { $title }: die meisten { $measure } bei { $keys }, { $band }.
short-withheld = { $count ->
    [one] { $title }: Eine Zahl wird zurückgehalten; die Tabelle sagt, welche.
   *[other] { $title }: { $count } Zahlen werden zurückgehalten; die Tabelle sagt, welche.
}

## Tabellen

heading-by = { $measures } nach { $columns }
heading-all = alle { $measures }
caption = { $heading }, { $period }, in Bereichen von { $size } (Tabelle { $table })
caption-dated = { $heading }, in Bereichen von { $size } (Tabelle { $table })
caption-bars = Ein Balken reicht über seinen Bereich, auf einer Linie von 0 bis zum höchsten Bereich der Tabelle.
measure-requests = Anfragen
measure-accounts = Konten
measure-orders = Anordnungen
measure-selectors = Selektoren
column-period = Zeitraum
withheld = zurückgehalten
withheld-until = zurückgehalten bis { $day }
withheld-cells = Was zurückgehalten wird, wurde gezählt. Es wird nicht gedruckt, damit andere Zahlen so verborgen bleiben, wie ihre Bereiche es sagen.
nothing-listed = Kein Wert war häufig genug, um aufgeführt zu werden.

## Frühere Zeiträume

earlier-heading = { $heading }: frühere Zeiträume
earlier-caption = { $heading }, Zeitraum für Zeitraum (Tabelle { $table })
caption-course = Im Bild reicht jeder senkrechte Balken über den Bereich eines Zeitraums, von links (ältester) nach rechts, von 0 unten bis zum höchsten Bereich der Tabelle oben.
earlier-measure = Größe
earlier-none = nicht berichtet
earlier-other-length = Frühere Berichte über längere oder kürzere Zeiträume werden nicht danebengestellt.
earlier-bands-of = { $noisy ->
    [true] Für { $periods } stehen Bereiche verrauschter Zahlen.
   *[false] Für { $periods } stehen die Bereiche der genauen Zahlen, ohne Rauschen.
}
earlier-noise = Weil Rauschen hinzugefügt wurde, kann eine Zahl in den Nachbarbereich geraten, ohne dass sich an den Anfragen etwas geändert hat.

## Gesetze über geheime Anfragen

law = Berichtet nach Maßgabe von: { $title }. { $what }{ $voluntary ->
    [true] {" "}Niemand ist daran gebunden.
   *[false] {""}
}{ $read ->
    [true] {""}
   *[false] {" "}Nicht alle Regeln wurden im Wortlaut gelesen; was aus der Praxis oder dem Gedächtnis stammt, ist so gekennzeichnet.
}
law-bands-exact = { $zeros ->
    [true] Abgesehen von den erklärten Nullen sind dies die Bereiche der genauen Zahlen.
   *[false] Dies sind die Bereiche der genauen Zahlen.
}
law-bands-noisy = { $zeros ->
    [true] Abgesehen von den erklärten Nullen sind dies Bereiche verrauschter Zahlen:
   *[false] Dies sind Bereiche verrauschter Zahlen:
} Durch das Rauschen landet eine Zahl mit durchschnittlich { $average } Wahrscheinlichkeit in einem anderen Bereich, am Rand ihres Bereichs mit bis zu { $edge }.
law-zeros = Der Herausgeber erklärt, dass an den Tagen, für die 0 angegeben ist, keine solche Anordnung einging und keine Geheimhaltung galt; diese 0 ist also genau: { $keys }.
law-withheld = Zurückgehalten für den Zeitraum vom { $first } bis zum { $last }: { $keys }. Diese Zahlen dürfen nicht vor dem { $until } veröffentlicht werden{ $paragraph }; gezeigt wird stattdessen der letzte Zeitraum, für den es erlaubt ist.
law-raised = Nicht mehr geheim am { $day }: { $what }. Für diese { $every ->
    [true] sind die unteren Enden um ihre Anzahl angehoben
   *[false] ist das untere Ende eines ersten Bereichs ihre Anzahl
}; obere Enden bleiben.
law-raised-one = { $count } { $measure } bei { $key }
law-selectors = Selektoren sind die Kennungen, die Anordnungen nennen, etwa Adressen und Kontonamen.

## Wie diese Zahlen entstanden sind

bands-same = Bereiche beginnen bei 0 und sind überall { $size } Zahlen breit.
bands-by-table = Bereiche beginnen bei 0 und sind innerhalb einer Tabelle gleich breit: { $sizes }.
bands-of-table = { $size } in Tabelle { $table }
no-noise = Es wurde kein Rauschen hinzugefügt: Die Bereiche sind die der genauen Zahlen.
noise-laplace = diskretes Laplace-Rauschen mit Epsilon { $epsilon }
noise-gaussian = diskretes Gauß-Rauschen mit Rho { $rho }
noise = Jeder Zahl{ $zeros ->
    [true] {" "}außer erklärten Nullen
   *[false] {""}
} wurde zufälliges Rauschen hinzugefügt, bevor sie einem Bereich zugeordnet wurde ({ $kind } für diesen Bericht{ $split ->
    [true] , auf seine Spalten aufgeteilt
   *[false] {""}
}); ein gedruckter Bereich kann also der Nachbar des wirklichen sein.
zeros = Eine einzelne 0 ist kein Bereich und trägt kein Rauschen{ $noisy ->
    [true] ; was zugesichert wird, betrifft die anderen Zahlen
   *[false] {""}
}: Der Herausgeber erklärt, dass keine solche Anordnung einging und keine Geheimhaltung galt.
accuracy = Tabelle { $table }, { $subject }: Durch das Rauschen landet eine Zahl mit durchschnittlich { $average } Wahrscheinlichkeit in einem anderen Bereich, am Rand ihres Bereichs mit bis zu { $edge }.
accuracy-total = Summe der { $measure }
selection = Werte von { $columns } sind aufgeführt, wenn sie, mit Rauschen gezählt, bei mindestens { $threshold } { $unit ->
    [account] Konten
   *[request] Anfragen
} vorkommen. Andere sind nicht aufgeführt und in keiner Summe enthalten.
bounds-declared = Das Protokoll enthielt Summen, nicht einzelne Anfragen: Dass eine Anfrage in einer Zeile einer Tabelle steht und höchstens { $most } Konten nennt, wurde erklärt und nicht erzwungen.
bounds-enforced = { $unit ->
    [account] Zu diesem Schutz zählt ein Konto in höchstens { $cells } Zeilen einer Tabelle und je Zeile mit höchstens { $most } Anfragen. Was darüber hinausgeht, wird nicht gezählt; wo ein Konto viele Anfragen hat, kann eine Zahl also unter der wirklichen liegen
   *[request] Zu diesem Schutz zählt eine Anfrage in höchstens { $cells } Zeilen einer Tabelle und je Zeile mit höchstens { $most } Konten. Was darüber hinausgeht, wird nicht gezählt; wo eine Anfrage viele Konten nennt, kann eine Zahl also unter der wirklichen liegen
}; die genannten Wahrscheinlichkeiten schließen das nicht ein.
no-duplicates = Nach Erklärung des Herausgebers ist jede Zeile des Protokolls eine eigene Anfrage: Wiederholungen wurden nicht gesucht{ $noisy ->
    [true] , und eine Anfrage in zwei Zeilen wäre wie zwei geschützt
   *[false] {""}
}.
need-not-add-up = Zahlen verschiedener Zeiträume und Tabellen ergeben zusammengezählt nicht unbedingt dieselbe Summe: Jede hat ihr eigenes Rauschen und ihre eigenen Grenzen, und eine Anfrage kann in mehreren Zeilen stehen.
totals-exact = Eine Summe addiert die Zeilen ihrer Tabelle: Ein Konto in zwei Zeilen zählt in beiden.
totals-summed = Eine Summe addiert die Zeilen ihrer Tabelle, bevor sie Bereichen zugeordnet werden, und trägt daher mehr Rauschen als jede von ihnen; ein Konto in zwei Zeilen zählt in beiden.
totals-measured = Eine Summe wurde mit eigenem Rauschen gezählt, dann wurden sie und die Zeilen ihrer Tabelle aneinander angeglichen; ein Konto in zwei Zeilen zählt in beiden.
totals-mixed = Summen stimmen mit den Zeilen ihrer Tabelle überein, bevor sie Bereichen zugeordnet werden; einige wurden dazu mit eigenem Rauschen gezählt. Ein Konto in zwei Zeilen zählt in beiden.
secret-in = Anordnungen zur nationalen Sicherheit, soweit sie im Protokoll als solche gekennzeichnet sind, zählen in Tabelle { $table } und in keiner anderen.
secret-nowhere = Anordnungen zur nationalen Sicherheit, soweit sie im Protokoll als solche gekennzeichnet sind, stehen in keiner Tabelle.
secret-not-told = Das Protokoll kennzeichnet Anordnungen zur nationalen Sicherheit nicht: Sie zählen wie alle anderen.
rows-are-requests = Das Protokoll enthält keine Kennungen der Anfragen: Jede Zeile wurde als eigene Anfrage gezählt.

## Was zugesichert wird

guarantee-parameters = Epsilon { $epsilon }{ $pure ->
    [true] {""}
   *[false] {" "}mit Delta { $delta }
}{ $rho ->
    [none] {""}
   *[other] ; nullkonzentriert, Rho { $rho }
}
guarantee = Was zugesichert wird: Dieser Bericht sagt fast dasselbe, ob { $unit ->
    [account] irgendein einzelnes Konto mit allen seinen Zeilen
   *[request] irgendeine einzelne Anfrage mit allen ihren Zeilen
} im Protokoll steht oder nicht. Was er zeigt, wäre mit { $unit ->
    [account] diesem Konto höchstens { $times }-mal so wahrscheinlich wie ohne es
   *[request] dieser Anfrage höchstens { $times }-mal so wahrscheinlich wie ohne sie
}, und umgekehrt{ $pure ->
    [true] {""}
   *[false] , abgesehen von einer Wahrscheinlichkeit von { $delta }
}, auch für Leser, die jede andere Zeile kennen (Differential Privacy, { $parameters }). Das gilt für { $unit ->
    [account] ein Konto und für diesen Bericht: Mehrere Konten zusammen, eine Person mit mehreren Konten und ein Konto
   *[request] eine Anfrage und für diesen Bericht: Mehrere Anfragen zusammen, eine Person mit mehreren Anfragen und eine Anfrage
} in mehreren Berichten sind weniger geschützt, denn die Verluste an Schutz addieren sich. Was für viele { $unit ->
    [account] Konten
   *[request] Anfragen
} zusammen gilt, bleibt nicht verborgen: Das zu sagen ist der Zweck des Berichts. Das Rauschen stammt über ein Chiffrierverfahren aus einem geheimen Schlüssel; die Zusicherung hält, solange der Schlüssel geheim bleibt.
without-limit = ohne Grenze

## Herkunft

made-by = Erstellt mit hushcount { $version }.
policy-digest = Prüfsumme der Richtlinie (SHA-256): { $digest }.
ledger-entry = Eintrag im Hauptbuch der Berichte: { $entry }.
key-name = Schlüssel: { $key } (ein Name, der nichts über den Schlüssel sagt).
