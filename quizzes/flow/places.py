"""Lists that several questions share."""

PROVINCES = ("BC", "AB", "SK", "MB", "ON", "QC", "NB", "NS", "PE", "NL", "YT", "NT", "NU")
ATLANTIC = ("NB", "NS", "PE", "NL")
TEERS = ("0", "1", "2", "3", "4", "5")
STATUSES = (
    "visitor",
    "student",
    "worker_employer_specific",
    "worker_open",
    "pgwp",
    "refugee_claimant",
    "protected_person",
    "out_of_status",
    "permanent_resident",
    "citizen",
)
