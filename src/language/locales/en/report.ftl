# What stands in a report, for people. Every language has the same messages with the same variables; the build checks it.

## Numbers and days

# $low (String) - lowest count
# $high (String) - highest count
band = { $low }-{ $high }
# $number (String) - a number of percent
percent = { $number }%
# $one (String) - a word
# $other (String) - another one
and = { $one } and { $other }
# $first (String) - first day
# $last (String) - last day
period-days = { $first } to { $last }
# $year (String) - the year
period-year = { $year }
# $year (String) - the year
period-h1 = January to June { $year }
# $year (String) - the year
period-h2 = July to December { $year }
# $year (String) - the year
period-q1 = January to March { $year }
# $year (String) - the year
period-q2 = April to June { $year }
# $year (String) - the year
period-q3 = July to September { $year }
# $year (String) - the year
period-q4 = October to December { $year }

## Frame

# $name (String) - name of the release
title = Transparency report, { $name }
# $name (String) - name of the release
# $publisher (String) - who publishes it
title-of = { $publisher }: transparency report, { $name }
# $version (String) - the version
version = {""}, version { $version }
warning-label = Warning.
warning-demonstration = Made with the public demonstration key: anybody can take the noise off again. For trials only; do not publish.
warning-exact = No noise was added: these are bands of the exact counts. They were audited against each other and against earlier releases, as far as the ledger knows of them.
# $first (String) - first day
# $last (String) - last day
# $zeros (Bool) - whether some number is declared zero
scope = Government requests for user data received from { $first } to { $last }. Each number is given as a band, both ends included{ $zeros ->
    [true] , but for a 0 that is declared
   *[false] {""}
}.
# $version (String) - this version
# $earlier (String) - the version before
# $reason (String) - the publisher's words
# $noisy (Bool) - whether noise was added
restated = Version { $version } of this report. It takes the place of version { $earlier }: { $reason }.{ $noisy ->
    [true] {" "}Its noise was drawn anew, so numbers differ also where nothing was corrected.
   *[false] {""}
}
# $what (String) - columns and values
left-out = Not included: { $what }.
left-out-rows = rows of the log that could not be read
# $day (String) - the day of publication
published-on = Published on { $day }.
in-short = In short
how-made = How these numbers were made
provenance = Provenance
files = Files

## In short

# $band (String) - the band
# $measure (String) - what is counted
# $title (String) - what the table has
# $sum (Bool) - whether it adds up rows, in several of which a request can stand
short-total = { $title }: { $band } { $measure }{ $sum ->
    [true] , its rows added up
   *[false] {" "}in total
}.
# $measure (String) - what is counted
# $keys (String) - the row
# $band (String) - the band
# $title (String) - what the table has
short-most = { $title }: most { $measure } for { $keys }, { $band }.
# $title (String) - what the table has
# $count (Number) - how many
short-withheld = { $count ->
    [one] { $title }: one number is withheld; the table says which.
   *[other] { $title }: { $count } numbers are withheld; the table says which.
}

## Tables

# $measures (String) - what is counted
# $columns (String) - by what
heading-by = { $measures } by { $columns }
# $measures (String) - what is counted
heading-all = all { $measures }
# $heading (String) - what is counted, by what
# $period (String) - the period
# $size (String) - the width of a band
# $table (String) - the table's name
caption = { $heading }, { $period }, in bands of { $size } (table { $table })
# $heading (String) - what is counted, by what
# $size (String) - the width of a band
# $table (String) - the table's name
caption-dated = { $heading }, in bands of { $size } (table { $table })
caption-bars = A bar spans its band, on a line from 0 to the highest band here.
measure-requests = requests
measure-accounts = accounts
measure-orders = orders
measure-selectors = selectors
column-period = period
withheld = withheld
# $day (String) - the first day on which it may be shown
withheld-until = withheld until { $day }
withheld-cells = What is withheld was counted, and is not printed so that other numbers stay as hidden as their bands say.
nothing-listed = No value was common enough to be listed.

## Earlier periods

# $heading (String) - what is counted, by what
earlier-heading = { $heading }: earlier periods
# $heading (String) - what is counted, by what
# $table (String) - the table's name
earlier-caption = { $heading }, period by period (table { $table })
caption-course = In the picture each upright bar spans the band of one period, from the oldest at the left, from 0 at the bottom to the highest band here at the top.
earlier-measure = measure
earlier-none = not reported
earlier-other-length = Earlier releases of a longer or shorter period are not shown beside this one.
# $periods (String) - which columns
# $noisy (Bool) - whether they have noise
earlier-bands-of = { $noisy ->
    [true] Numbers of { $periods } are bands of noisy counts.
   *[false] Numbers of { $periods } are bands of exact counts, without noise.
}
earlier-noise = Because noise was added, a number can move to the band beside it without any change in the requests.

## Laws about secret requests

# $title (String) - the law's name
# $what (String) - what it permits
# $voluntary (Bool) - whether it binds nobody
# $read (Bool) - whether its text was read
law = Reported as permitted by { $title }. { $what }{ $voluntary ->
    [true] {" "}It binds nobody.
   *[false] {""}
}{ $read ->
    [true] {""}
   *[false] {" "}Not all of its rules were read; what is from practice or memory is marked so.
}
# $zeros (Bool) - whether some number is declared zero
law-bands-exact = { $zeros ->
    [true] But for the declared zeros these are the bands of the exact counts.
   *[false] These are the bands of the exact counts.
}
# $zeros (Bool) - whether some number is declared zero
# $average (String) - a chance
# $edge (String) - a chance
law-bands-noisy = { $zeros ->
    [true] But for the declared zeros these are bands of noisy counts:
   *[false] These are bands of noisy counts:
} noise puts a number into another band than its own with a chance of { $average } on average, and of at most { $edge } for a number at the edge of its band.
# $keys (String) - what is zero
law-zeros = The publisher declares that in the days for which 0 is shown no such order was received and no secrecy applied, so this 0 is exact: { $keys }.
# $first (String) - first day
# $last (String) - last day
# $keys (String) - what is withheld
# $until (String) - the first day on which it may be shown
# $paragraph (String) - the paragraph, or nothing
law-withheld = Withheld for { $first } to { $last }: { $keys }. They may not be published before { $until }{ $paragraph }; what is shown for them is the last period for which it is permitted.
# $day (String) - the day of publication
# $what (String) - how many of what
# $every (Bool) - whether every band is raised
law-raised = No longer secret on { $day }: { $what }. For these { $every ->
    [true] low ends are raised by their number
   *[false] the low end of a first band is their number
}; high ends stay.
# $count (String) - how many
# $measure (String) - of what is counted
# $key (String) - the row
law-raised-one = { $count } { $measure } of { $key }
law-selectors = Selectors are the identifiers that orders name, such as addresses and account names.

## How these numbers were made

# $size (String) - the width of a band
bands-same = Bands start at 0 and are { $size } counts wide everywhere.
# $sizes (String) - widths by table
bands-by-table = Bands start at 0 and are equally wide within a table: { $sizes }.
# $size (String) - the width of a band
# $table (String) - the table's name
bands-of-table = { $size } in table { $table }
no-noise = No noise was added: the bands are those of the exact counts.
# $epsilon (String) - the privacy loss
noise-laplace = discrete Laplace noise of epsilon { $epsilon }
# $rho (String) - the privacy loss
noise-gaussian = discrete Gaussian noise of rho { $rho }
# $zeros (Bool) - whether some number is declared zero
# $kind (String) - which noise
# $split (Bool) - whether it is split over columns
noise = Random noise was added to every count{ $zeros ->
    [true] {" "}but declared zeros
   *[false] {""}
} before it was put into a band ({ $kind } for this release{ $split ->
    [true] , split over its columns
   *[false] {""}
}), so a printed band can be the one beside that of the count.
# $noisy (Bool) - whether noise was added
zeros = A single 0 is no band and has no noise{ $noisy ->
    [true] , and what is guaranteed is about the other numbers
   *[false] {""}
}: the publisher declares that no such order was received and that no secrecy applied.
# $table (String) - the table's name
# $subject (String) - what is counted
# $average (String) - a chance
# $edge (String) - a chance
accuracy = Table { $table }, { $subject }: noise moves a count into another band with a chance of { $average } on average, and of at most { $edge } for a count at the edge of its band.
# $measure (String) - what is counted
accuracy-total = total of { $measure }
# $columns (String) - columns
# $threshold (String) - how many
# $unit (String) - request or account
selection = Values of { $columns } are listed if, counted with noise, at least { $threshold } { $unit ->
    [account] accounts
   *[request] requests
} have them. Others are not listed, and are not in any total.
# $most (String) - how many
bounds-declared = The log held sums, not single requests: that one request stands in one row of a table and names at most { $most } accounts was declared, not enforced.
# $unit (String) - request or account
# $cells (String) - how many
# $most (String) - how many
bounds-enforced = { $unit ->
    [account] For this protection one account counts in at most { $cells } of a table's rows, and with at most { $most } requests in each. What is beyond is not counted, so a number can be below the real one where one account has many requests
   *[request] For this protection one request counts in at most { $cells } of a table's rows, and with at most { $most } accounts in each. What is beyond is not counted, so a number can be below the real one where one request has many accounts
}; the chances above do not include that.
# $noisy (Bool) - whether something is guaranteed
no-duplicates = The publisher declares that every row of the log is a request of its own: repetitions were not looked for{ $noisy ->
    [true] , and a request in two rows would be protected as two
   *[false] {""}
}.
need-not-add-up = Numbers of different periods and tables need not add up: each has noise and limits of its own, and one request can stand in several rows.
totals-exact = A total adds its table's rows: an account in two rows counts in both.
totals-summed = A total adds its table's rows before they are banded, so it has more noise than each of them; an account in two rows counts in both.
totals-measured = A total was counted with noise of its own, and it and its table's rows were then made to add up; an account in two rows counts in both.
totals-mixed = Totals add up with their table's rows before they are banded; some were counted with noise of their own for that. An account in two rows counts in both.
# $table (String) - the table's name
secret-in = National-security process, as far as the log says what is, counts in table { $table } and in no other.
secret-nowhere = National-security process, as far as the log says what is, is in no table.
secret-not-told = The log does not say what is national-security process: it is counted like any other.
rows-are-requests = The log has no ids of requests: every row was counted as a request of its own.

## What is guaranteed

# $epsilon (String) - the privacy loss
# $delta (String) - the chance that it fails
# $pure (Bool) - whether that is nothing
# $rho (String) - the concentrated privacy loss, or none
guarantee-parameters = epsilon { $epsilon }{ $pure ->
    [true] {""}
   *[false] {" "}with delta { $delta }
}{ $rho ->
    [none] {""}
   *[other] ; zero-concentrated, rho { $rho }
}
# $unit (String) - request or account
# $times (String) - a factor
# $delta (String) - the chance that it fails
# $pure (Bool) - whether that is nothing
# $parameters (String) - epsilon and the like
guarantee = What is guaranteed: this report says almost the same whether or not any one { $unit ->
    [account] account
   *[request] request
}, with all its rows, is in the log. Whatever it shows would be at most { $times } times as likely with that { $unit ->
    [account] account
   *[request] request
} as without it, or without it as with it{ $pure ->
    [true] {""}
   *[false] , but for a chance of { $delta }
}, also for a reader who knows every other row (differential privacy, { $parameters }). That is for one { $unit ->
    [account] account and for this report: several accounts together, a person with several accounts, and one account
   *[request] request and for this report: several requests together, a person with several requests, and one request
} in several reports are protected less, since losses add up. What holds for many { $unit ->
    [account] accounts
   *[request] requests
} together is not hidden: to say it is what the report is for. The noise comes from a secret key by a cipher; the guarantee lasts as long as the key stays secret.
without-limit = without limit

## Provenance

# $version (String) - the program's version
made-by = Made by hushcount { $version }.
# $digest (String) - hexadecimal digits
policy-digest = Policy digest (SHA-256): { $digest }.
# $entry (String) - hexadecimal digits
ledger-entry = Ledger entry: { $entry }.
# $key (String) - hexadecimal digits
key-name = Key: { $key } (a name that says nothing about the key).
