"""How a model is trained, and which data it is given, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class DataSettings(Settings):
    """What is taken from the files."""

    valid_share: float = setting(
        0.1,
        "Share of the training rows kept aside to choose the best model by, where no"
        " --valid file is given.",
        at_least=0.0,
        at_most=0.5,
    )
    split_seed: int = setting(
        -1,
        "The seed of which rows are kept aside; -1 is that of the run. With one of its"
        " own, runs of other seeds are validated on the same rows.",
        at_least=-1,
    )
    skip_bad_rows: bool = setting(
        False, "Whether rows that cannot be read are left out and listed."
    )
    header: str = setting(
        "auto",
        "Whether the first row of a table names its columns; auto looks at the rows.",
        one_of=("auto", "yes", "no"),
    )
    encoding: str = setting(
        "", "Encoding of the files if it is not Unicode, such as cp1252."
    )

    def has_header(self) -> bool | None:
        """What the readers are told; None lets them look."""
        return {"yes": True, "no": False}.get(self.header)


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(Settings):
    """The loop: how much, how fast, and when to stop."""

    epochs: int = setting(
        0, "Passes over the training rows; 0 chooses by their number.", at_least=0
    )
    minutes: float = setting(
        0.0, "Longest time for training; 0 sets no limit.", at_least=0
    )
    batch_rows: int = setting(32, "Sequences of a batch, at most.", at_least=1)
    batch_tokens: int = setting(8192, "Tokens of a batch, at most.", at_least=1)
    learning_rate: float = setting(
        0.002, "Step size of AdamW at its height.", at_least=0
    )
    table_rate: float = setting(
        0.2, "Step size of embedding tables, as a share of that.", at_least=0
    )
    warmup: float = setting(
        0.1,
        "Share of the run in which the step size rises from 0.",
        at_least=0,
        at_most=1,
    )
    weight_decay: float = setting(
        0.01, "Pull of every weight towards 0, per unit of step size.", at_least=0
    )
    clip: float = setting(
        1.0, "Longest gradient (2-norm over all weights); 0 does not clip.", at_least=0
    )
    averaging: float = setting(
        0.995,
        "Share of the running average of the weights that one step keeps; the average"
        " is what is validated and saved. 0 saves the weights themselves.",
        at_least=0,
        at_most=0.99999,
    )
    patience: int = setting(
        5, "Epochs without a better validation score before it stops.", at_least=1
    )
    tolerance: float = setting(
        0.01,
        "How much worse than the best a later epoch may score and still be kept, as a"
        " share of that score: on few validation rows such a difference is chance, and"
        " the later one has seen smaller steps.",
        at_least=0,
        at_most=0.5,
    )
    seed: int = setting(0, "The one seed of all chance in the run.", at_least=0)
    precision: str = setting(
        "float32",
        "In what the large products of a step are multiplied; weights, states and sums"
        " stay float32. bfloat16 is quicker with 256 units and more on processors that"
        " have instructions for it, and changes nothing on others.",
        one_of=("float32", "bfloat16"),
    )
    threads: int = setting(
        0,
        "Processor threads to compute on. 0 takes all where their number changes no bit"
        " of the weights, as on the native engine, and else 1.",
        at_least=0,
    )
    checkpoint_seconds: float = setting(
        30.0, "Time between two checkpoints.", at_least=0
    )
    log_steps: int = setting(
        20, "Steps between two `step` lines in events.jsonl.", at_least=1
    )
