"""Ten wrong sentences and the right ones, for tests and for a first look."""

SAMPLE = (
    ("She go to school .", "She goes to school ."),
    ("He go to school .", "He goes to school ."),
    ("He go to work .", "He goes to work ."),
    ("She like the dog .", "She likes the dog ."),
    ("He likes a old dog .", "He likes an old dog ."),
    ("She goes in school .", "She goes to school ."),
    ("He goes in work .", "He goes to work ."),
    ("She likes dog .", "She likes the dog ."),
    ("He goes to school .", "He goes to school ."),
    ("She likes the the dog .", "She likes the dog ."),
)
