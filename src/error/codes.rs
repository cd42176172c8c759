//! The stable names of diagnostics.

macro_rules! codes {
    ($($variant:ident $text:literal $meaning:literal,)*) => {
        /// The stable name of a kind of diagnostic. Scripts may rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code there is, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as printed: `error[THIS]`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// One sentence on what the code means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    ArgumentInvalid "argument-invalid" "A command-line option has a value that cannot be used.",
    PolicyUnreadable "policy-unreadable" "The policy file cannot be read.",
    PolicySyntax "policy-syntax" "The policy is not valid TOML.",
    PolicyUnknownKey "policy-unknown-key" "The policy has a key that hushcount does not know.",
    PolicyType "policy-type" "A value in the policy has the wrong type.",
    PolicyValue "policy-value" "A value in the policy has the right type but cannot be used.",
    PolicyMissing "policy-missing" "Something a report needs is neither in the policy nor on the command line.",
    ExactTooFine "exact-too-fine" "Bands of exact counts would be so narrow that they print the counts.",
    KeyMissing "key-missing" "There is no key to derive the noise from.",
    KeyInvalid "key-invalid" "The key is not 64 hexadecimal digits.",
    KeyReadable "key-readable" "The key file can be read by others than its owner.",
    KeyDemonstration "key-demonstration" "The public demonstration key is in use: nothing is protected.",
    LogUnreadable "log-unreadable" "A request log cannot be opened or read.",
    LogNotFound "log-not-found" "A pattern or path names no request log.",
    LogEmpty "log-empty" "A request log has no header row.",
    LogEncoding "log-encoding" "A request log is not UTF-8 text or has a NUL byte.",
    LogLineEnds "log-line-ends" "A request log has carriage returns that do not end a line.",
    LogDelimiter "log-delimiter" "The delimiter of a request log cannot be recognised.",
    LogQuote "log-quote" "A quotation mark in a request log is not closed or stands where none may.",
    LogHeader "log-header" "The header of a request log lacks a column, or has one twice.",
    LogDateFormat "log-date-format" "The order of day and month in a request log cannot be told.",
    LogRow "log-row" "Rows of a request log cannot be counted as they stand.",
    LogParquet "log-parquet" "A Parquet request log cannot be read.",
    LogDrift "log-drift" "The columns of a request log differ from those of an earlier export.",
    LogQuarantined "log-quarantined" "Rows were set aside and are not counted.",
    LogNoIds "log-no-ids" "The logs have no request ids, so every row is one request.",
    LogNoProcess "log-no-process" "The logs do not say what is national-security process.",
    LogPeriodEmpty "log-period-empty" "No row of the logs counts in the period.",
    LogNoColumn "log-no-column" "A measure or privacy unit needs a column that the log does not have.",
    QueryUnable "query-unable" "The policy asks for what a counting query cannot count.",
    QueryColumns "query-columns" "A counting query reads the usual columns, since none were named.",
    CountsReadable "counts-readable" "The counts file can be read by others than its owner.",
    CountsForeign "counts-foreign" "The counts were made for another policy or key.",
    CountsInvalid "counts-invalid" "The counts are not the whole result of the counting query.",
    CountOverflow "count-overflow" "A count is larger than hushcount can hold.",
    LedgerUnreadable "ledger-unreadable" "The ledger cannot be opened, read or written.",
    LedgerBroken "ledger-broken" "A line of the ledger was changed, removed or put in after it was written.",
    LedgerLocked "ledger-locked" "Another process is using the ledger.",
    LedgerRepaired "ledger-repaired" "A half-written last line of the ledger was removed.",
    KeyChanged "key-changed" "The key is not the one that the ledger's releases were made with.",
    BudgetExceeded "budget-exceeded" "The release would cost more privacy than the budget allows.",
    BudgetIncomplete "budget-incomplete" "Earlier releases cannot be counted against the budget.",
    RestatementEmpty "restatement-empty" "There is nothing to restate: nothing has changed.",
    RestatementOther "restatement-other" "The restatement is of another period or privacy unit than the release.",
    RestatementUnknown "restatement-unknown" "The release to be restated is not in the ledger.",
    LedgerNew "ledger-new" "The ledger is new although releases were made here before.",
    SelectionEmpty "selection-empty" "No value was common enough to be published.",
    PeriodOverlap "period-overlap" "An earlier release covers days of this period.",
    BandsUncertain "bands-uncertain" "The noise is so large for the bands that many will be wrong.",
    ReleaseSealed "release-sealed" "The release is published; other data or another policy need a restatement.",
    OutputExists "output-exists" "The output directory already exists with other content.",
    OutputUnwritable "output-unwritable" "An artefact cannot be written.",
    FileExists "file-exists" "A file that would be made is already there.",
    RegimeUnknown "regime-unknown" "There is no regime of that name.",
    RegimeRequired "regime-required" "National-security process may be counted in a regime's table only.",
    RegimeBand "regime-band" "The bands are narrower than the regime allows, or no whole multiples of its bands.",
    RegimePeriod "regime-period" "The period is not as long as the regime's.",
    RegimeTooEarly "regime-too-early" "The regime does not allow publication that soon.",
    RegimeBreakdown "regime-breakdown" "The regime allows no finer breakdown than its categories.",
    RegimeStructure "regime-structure" "The regime allows one structure for a period.",
    RegimeTotal "regime-total" "The regime allows no sum over its bands.",
    RegimeHistoric "regime-historic" "The regime was replaced before the day of publication.",
    RegimeExact "regime-exact" "The regime wants exact numbers, which are never printed.",
    RegimeBasis "regime-basis" "A regime that was agreed on needs its written basis.",
    RegimeLeftOut "regime-left-out" "The policy leaves out what the regime's table counts.",
    RegimePublished "regime-published" "A number of the regime was published in another release.",
    RegimeRaise "regime-raise" "A band cannot be raised by what is no longer secret without saying something false.",
    RegimeLogShort "regime-log-short" "The logs have no rows of an earlier period that the regime's table shows.",
    ZeroContradicted "zero-contradicted" "A number is declared zero, and the logs or the printed band say otherwise.",
    ZeroFlip "zero-flip" "A number that was declared zero before is a band now, which tells that something arrived.",
    PrivateUnreadable "private-unreadable" "The private file with column names and row counts is damaged.",
    InvertedBand "inverted-band" "A published band begins above its end.",
    OffGrid "off-grid" "A published band is none of its table's or its regime's bands.",
    WrongWidth "wrong-width" "A published band is not as wide as its regime's.",
    PeriodNotAllowed "period-not-allowed" "A published band is of a period that its regime does not have.",
    PublishedTooEarly "published-too-early" "A band was published before its regime allows it.",
    RaisedLowEnd "raised-low-end" "A band's low end is raised for requests that are no longer secret.",
    CategoryUnknown "category-unknown" "A published number's category or measure is not one of its regime's.",
    PeriodLabel "period-label" "A published number's period is probably not what was meant.",
    MixedStructure "mixed-structure" "One period was published under two structures of one law.",
    NarrowedByRestatement "narrowed-by-restatement" "What was published of a number before and after narrows it below its band.",
    DisjointRestatement "disjoint-restatement" "What was published of a number before and after cannot both be true.",
    NarrowedByTotal "narrowed-by-total" "A number follows more narrowly than its band from totals and parts.",
    NarrowedByOverlap "narrowed-by-overlap" "A number follows more narrowly than its band from other periods.",
    Complement "complement" "A banded number follows from exact numbers that include it and do not.",
    Contradiction "contradiction" "Published numbers cannot all be true, so nothing can be said of what follows from them.",
    BandsUnreadable "bands-unreadable" "A file of published bands cannot be read.",
    ReleaseNoGuarantee "release-no-guarantee" "A release guarantees nothing, and so is no deployment of differential privacy.",
    ReleaseUnreadable "release-unreadable" "A directory is no release, or its files cannot be read.",
    ReleaseChanged "release-changed" "A release's files are not those that its manifest names.",
    PrivacyRefuted "privacy-refuted" "Trials on synthetic logs show that a release gives away more than it claims.",
    Internal "internal" "A defect in hushcount stopped the run.",
    NotAudited "not-audited" "Bands were too many to be audited against each other.",
    NotBeside "not-beside" "A release that was given to stand beside this one is left out of its pages.",
    OwnWords "own-words" "A report calls something otherwise than its language does.",
    AuditIncomplete "audit-incomplete" "An earlier release that readers will compare was not given to be audited against.",
}
