"""How sounds become the vectors that a network reads, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class SoundSettings(Settings):
    """From a sound to the frames that a network reads (`models/sound_layer.py`)."""

    rate: int = setting(
        0,
        "Samples a second at which sounds are read; others are resampled. 0 takes the"
        " most usual of the training sounds, and 8,000 for lists of samples.",
        at_least=0,
        at_most=192_000,
    )
    bands: int = setting(40, "Mel bands of a frame.", at_least=1, at_most=256)
    window: float = setting(
        0.025, "Seconds of sound in a frame.", at_least=0.002, at_most=1.0
    )
    shift: float = setting(
        0.010, "Seconds from one frame to the next.", at_least=0.001, at_most=1.0
    )
    normalize: str = setting(
        "utterance",
        "What each band is measured against: the mean and scale of the training sounds"
        " (fixed), of the sound itself (utterance), or the mean of what has been heard"
        " of it so far (running), which a stream can have as well.",
        one_of=("fixed", "utterance", "running"),
    )
    subsampling: str = setting(
        "auto",
        "How many frames become one, by convolutions along time; auto takes 4, or less"
        " where the texts need more.",
        one_of=("auto", "1", "2", "4", "8"),
    )
    channels: int = setting(128, "Numbers that such a convolution gives.", at_least=1)
    kernel: int = setting(
        4, "Frames that it sees at a time, the last of them new.", at_least=2
    )
    tempo: float = setting(
        0.25,
        "How much faster or slower a sound is read while training: at most this share.",
        at_least=0,
        at_most=0.5,
    )
    pitch: float = setting(
        0.15,
        "How far its frequencies are moved while training, at most, as a share.",
        at_least=0,
        at_most=0.5,
    )
    volume: float = setting(
        6.0,
        "How much louder or softer it is made while training, at most, in decibels.",
        at_least=0,
        at_most=60,
    )
    color: float = setting(
        9.0,
        "How much its bands are raised and lowered against each other while training,"
        " as by another microphone, in decibels.",
        at_least=0,
        at_most=60,
    )
    noise: float = setting(
        0.4, "Share of sounds that get noise while training.", at_least=0, at_most=1
    )
    time_masks: int = setting(
        1, "Stretches of time that are hidden while training.", at_least=0
    )
    time_mask: float = setting(
        0.1,
        "Longest such stretch, as a share of the sound.",
        at_least=0,
        at_most=1,
    )
    frequency_masks: int = setting(
        2, "Stretches of bands that are hidden while training.", at_least=0
    )
    frequency_mask: float = setting(
        0.2,
        "Widest such stretch, as a share of the bands.",
        at_least=0,
        at_most=1,
    )
