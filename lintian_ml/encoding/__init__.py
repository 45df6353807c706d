"""Encodings beneath the model formats: protocol buffers, flatbuffers, pickles, literal arrays in text."""
