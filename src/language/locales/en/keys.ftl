# Words for columns, for the keys of columns with a built-in list, and for laws and their categories.

column-country = country
column-legal_process = legal process
column-agency = agency
column-data_location = place of the data
column-data_scope = extent of the data
column-service = service
column-outcome = outcome
column-category = category
column-nondisclosure = forbidden to tell
column-secrecy_order = secrecy order
column-secrecy_end = end of the secrecy order
column-secrecy_length = length of the secrecy order
column-customer_told = customer told

key-total = Total
key-other = Other

key-legal_process-subpoena = Subpoena
key-legal_process-search_warrant = Search warrant
key-legal_process-court_order_2703d = Court order (18 U.S.C. § 2703(d))
key-legal_process-pen_register = Pen register or trap and trace order
key-legal_process-wiretap = Wiretap order
key-legal_process-emergency = Emergency request
key-legal_process-preservation = Preservation request
key-legal_process-mlat = Request under a mutual legal assistance treaty
key-legal_process-civil = Civil request

key-outcome-full = Data were disclosed
key-outcome-partial = Some data were disclosed
key-outcome-no_data = No data were there
key-outcome-rejected = Rejected
key-data_scope-content = Content
key-data_scope-non_content = Other than content

key-secrecy_order-no = No secrecy order
key-secrecy_order-yes = With a secrecy order
key-secrecy_end-ended = Ended
key-secrecy_end-ends_later = Ends later
key-secrecy_end-no_end_date = Without an end date
key-secrecy_end-no_order = No secrecy order
key-secrecy_length-no_end_date = Without an end date
key-secrecy_length-no_order = No secrecy order
key-secrecy_length-over_1_year = More than 1 year
key-secrecy_length-up_to_1_year = Up to 1 year
key-secrecy_length-up_to_90_days = Up to 90 days
key-customer_told-no = Customer not told
key-customer_told-yes = Customer told

key-category-nsl = National security letters
key-category-fisa_content = FISA orders and directives for content
key-category-fisa_noncontent = FISA orders for other than content
key-category-fisa_pen_register = FISA pen register and trap and trace orders
key-category-fisa_tangible_things = FISA orders for tangible things
key-category-fisa_call_detail_records = FISA orders for call detail records
key-category-all = All national security process
key-category-content = Warrants for content
key-category-noncontent = Warrants for other than content
key-category-emergency = In emergencies
key-category-required_by_law = In compliance with federal or provincial law
key-category-court_ordered = Ordered by a court
key-category-preservation = Preservation demands and orders

regime-us-1874-a1 = National security letters and FISA orders by category, every half-year, in bands of 1000. FISA non-content selectors are split by authority.
regime-us-1874-a2 = National security letters and FISA orders by category, every half-year, in bands of 500.
regime-us-1874-a3 = All national security process together, every half-year, in bands of 250.
regime-us-1874-a4 = All national security process together, once a year, in bands of 100.
regime-us-doj-2014-1 = National security letters and FISA orders by category, every half-year, in bands of 1000. Replaced by 50 U.S.C. § 1874 on 2 June 2015.
regime-us-doj-2014-2 = All national security process together, every half-year, in bands of 250. Replaced by 50 U.S.C. § 1874 on 2 June 2015.
regime-uk-si-2018-349 = Warrants and users by content and non-content, every half-year, in bands of 500. The text of regulations 4 to 10 was not seen: this is how published reports do it.
regime-ca-2015 = Requests and accounts by kind of disclosure, Canada-wide. Figures from 0 to 100 are shown as one band; hushcount shows all figures in bands, of 101 or wider. Which legal process is which kind is hushcount's reading; voluntary disclosures are not among them. Give it Canadian requests only.
regime-au-317zf = The total numbers of technical assistance requests, technical assistance notices and technical capability notices, over at least six months: exact totals.
regime-eu-dsa-15 = Orders of Member State authorities by category of illegal content and Member State: exact whole numbers and medians.
# $base (String) - the law it starts from
regime-agreed = As { $base }, but for what was agreed.
