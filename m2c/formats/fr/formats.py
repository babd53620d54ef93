"""Canadian French dates: Django's French ones, with the ISO short form."""

SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
