"""RNN, LSTM and GRU in place of torch.nn's."""
