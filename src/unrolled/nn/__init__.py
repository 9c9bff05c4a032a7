"""Layers in place of torch.nn's: the same constructors, weights, answers and errors.

RNN, LSTM, GRU               padded, packed or Ragged batches; any length may be 0
RNNCell, LSTMCell, GRUCell   one step at a time
run_stack, run_layer         the same without modules: cells and weights alone
"""

from unrolled.nn.gru import GRU
from unrolled.nn.lstm import LSTM
from unrolled.nn.rnn import RNN
from unrolled.nn.single_step import GRUCell, LSTMCell, RNNCell
from unrolled.nn.stack import run_layer, run_stack

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "run_layer",
    "run_stack",
]
